import { describe, expect, test } from 'vitest'
import { compile } from './configuration.ts'
import { evaluate } from './evaluate.ts'
import type { Patch, Snapshot } from './model.ts'
import { applyChange, replaceWith, supersedes } from './snapshot.ts'
import { countryIs, flagOf, snapshotOf, watchOf } from './test-makers.ts'

const inGermany = flagOf({
  key: 'in-germany',
  rules: [{ id: 'germany', when: { segment: 'germans' }, serve: { to: 1 } }],
  serve: { to: 0 },
})
const germans = { key: 'germans', when: countryIs('DE') }
const needsIt = flagOf({ key: 'needs-it', prerequisites: [{ flag: 'in-germany', variations: [1] }] })
const plain = flagOf({ key: 'plain' })
const held = snapshotOf({ revision: 5, flags: [inGermany, needsIt, plain], segments: [germans] })

function patch(parts: Partial<Patch>): Patch {
  return { format: 1, from: 5, revision: 6, upserts: {}, removals: {}, ...parts }
}

/** A copy that shares no object, as one that came over the wire. */
function received(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot))
}

describe('a patch', () => {
  test('leaves the configuration it is applied to as it was', () => {
    const before = compile(held)
    applyChange(before, patch({ upserts: { flags: [{ ...plain, on: false }] }, removals: { segments: ['germans'] } }))
    expect(before.snapshot).toEqual(held)
    expect(evaluate(before, 'plain', 'user-1').reason).toBe('default')
    expect(evaluate(before, 'in-germany', { country: 'DE' }).reason).toBe('rule')
  })

  test('prepares again only what it touches', () => {
    const before = compile(held)
    for (const key of before.flags.keys()) evaluate(before, key, 'user-1')
    const applied = applyChange(before, patch({ upserts: { flags: [{ ...plain, on: false }] } }))
    if (applied.kind !== 'applied') throw new Error(applied.kind)
    const { flags, parts } = applied.configuration
    expect(flags.get('in-germany')).toBe(before.flags.get('in-germany'))
    expect(flags.get('plain')?.prepared).toBeUndefined()
    expect(parts.segments).toBe(before.parts.segments)
  })

  test('to a segment is felt by a flag that asks for it, without that flag being prepared again', () => {
    const before = compile(held)
    expect(evaluate(before, 'needs-it', { country: 'FR' }).reason).toBe('prerequisite')
    const applied = applyChange(before, patch({ upserts: { segments: [{ ...germans, when: countryIs('FR') }] } }))
    if (applied.kind !== 'applied') throw new Error(applied.kind)
    expect(applied.keys).toEqual(['in-germany', 'needs-it'])
    expect(evaluate(applied.configuration, 'in-germany', { country: 'FR' }).value).toBe(true)
    expect(evaluate(applied.configuration, 'needs-it', { country: 'FR' }).value).toBe(true)
    expect(applied.configuration.flags.get('in-germany')).toBe(before.flags.get('in-germany'))
  })

  test('a flag that is removed and sent again in one patch is there', () => {
    const applied = applyChange(compile(held), patch({ upserts: { flags: [plain] }, removals: { flags: ['plain'] } }))
    if (applied.kind !== 'applied') throw new Error(applied.kind)
    expect(evaluate(applied.configuration, 'plain', 'user-1').value).toBe(true)
  })
})

describe('a put', () => {
  test('the first one changes every flag', () => {
    expect(replaceWith(undefined, held).keys).toEqual(['in-germany', 'needs-it', 'plain'])
  })

  test('of the same content changes nothing and keeps everything prepared', () => {
    const before = compile(held)
    const { configuration, keys } = replaceWith(before, { ...received(held), revision: 9 })
    expect(keys).toEqual([])
    expect(configuration.revision).toBe(9)
    for (const [key, entry] of configuration.flags) expect(entry).toBe(before.flags.get(key))
  })

  test('names the flags that changed, went, came, and those that lean on them', () => {
    const next = received({
      ...held,
      revision: 9,
      flags: [{ ...inGermany, on: false }, needsIt, flagOf({ key: 'new' })],
    })
    const { configuration, keys } = replaceWith(compile(held), next)
    expect(keys).toEqual(['in-germany', 'needs-it', 'new', 'plain'])
    expect(configuration.snapshot).toEqual(next)
  })

  test('of an older revision is taken: whoever sends it decides, as after a restored backup', () => {
    expect(replaceWith(compile(held), { ...held, revision: 1 }).configuration.revision).toBe(1)
  })

  test('watches alone change no answer', () => {
    const next = { ...held, revision: 9, watches: [watchOf({ flag: 'plain' })] }
    expect(replaceWith(compile(held), next)).toMatchObject({ keys: [], configuration: { snapshot: next } })
  })
})

describe('a whole snapshot of the server', () => {
  const at = (revision: number, environment = 'production') => snapshotOf({ revision, environment })

  test('is taken when it is later, or of another environment', () => {
    expect(supersedes(at(6), at(5), undefined)).toBe(true)
    expect(supersedes(at(5), at(5), undefined)).toBe(false)
    expect(supersedes(at(4), at(5), undefined)).toBe(false)
    expect(supersedes(at(4, 'staging'), at(5), undefined)).toBe(true)
  })

  test('is taken although it is earlier when the server knew better: its database was set back', () => {
    expect(supersedes(at(4), at(5), 5)).toBe(true)
    expect(supersedes(at(4), at(5), 4)).toBe(false)
    expect(supersedes(at(4), at(5), 3)).toBe(false)
  })
})
