import type { ConfigSettings, Rule, Serve } from '@rampart/contract/admin'
import { tokensOf } from './condition-words.ts'
import { sayServe } from './serve-words.ts'

/** One thing in a configuration that can differ, in words; undefined where it is not there at all. */
export interface Field {
  readonly id: string
  readonly what: string
  readonly value: unknown
  readonly words: string
}

/** A field that two people, or two moments, have different. */
export interface Change {
  readonly id: string
  readonly what: string
  readonly before: string
  readonly after: string
}

export type Side = 'theirs' | 'yours'

/** A field in which two changes of the same base differ. */
export interface Difference {
  readonly id: string
  readonly what: string
  readonly base: string
  readonly theirs: string
  readonly yours: string
  /** Both changed it: somebody has to choose. Otherwise the one who changed it is taken. */
  readonly clash: boolean
  readonly proposed: Side
}

const ABSENT = 'not there'

/** Every field of a configuration. A rule that the other side does not have is one field; else each of its parts is. */
export function fieldsOf(settings: ConfigSettings): readonly Field[] {
  const { on, off, prerequisites, layer, rules, everyoneElse } = settings
  return [
    field('on', 'Switch', on, on ? 'On' : 'Off'),
    field('off', 'Off value', off, off),
    field(
      'prerequisites',
      'Prerequisites',
      prerequisites,
      prerequisites.map(({ flag, variations }) => `${flag} serves ${variations.join(' or ')}`).join(', ') || 'none',
    ),
    field('layer', 'Layer', layer, layer === null ? 'none' : `${layer.key}, ${layer.from} to ${layer.to}`),
    ...rules.flatMap((rule, i) => {
      const called = rule.name === null || rule.name === '' ? `Rule ${i + 1}` : `Rule “${rule.name}”`
      return [
        field(`rules/${rule.id}`, called, true, sayRule(rule)),
        field(`rules/${rule.id}/name`, `${called}, name`, rule.name, rule.name ?? 'none'),
        field(`rules/${rule.id}/paused`, `${called}, state`, rule.paused, rule.paused ? 'paused' : 'active'),
        field(`rules/${rule.id}/when`, `${called}, condition`, rule.when, sayCondition(rule.when)),
        field(`rules/${rule.id}/serve`, `${called}, serves`, rule.serve, sayServeBy(rule.serve)),
      ]
    }),
    field(
      'order',
      'Order of rules',
      rules.map(({ id }) => id),
      rules.map((rule) => rule.name ?? rule.id).join(', '),
    ),
    field('everyoneElse', rules.length === 0 ? 'Everyone' : 'Everyone else', everyoneElse, sayServeBy(everyoneElse)),
  ]
}

function field(id: string, what: string, value: unknown, words: string): Field {
  return { id, what, value, words }
}

function sayRule({ when, serve, paused }: Rule): string {
  return `if ${sayCondition(when)} → ${sayServeBy(serve)}${paused ? ' (paused)' : ''}`
}

function sayCondition(when: Rule['when']): string {
  const tokens = tokensOf(when)
  return tokens
    .map(({ kind, text }, i) => (kind === 'value' && tokens[i + 1]?.kind === 'value' ? `${text},` : text))
    .join(' ')
}

function sayServeBy(serve: Serve): string {
  return serve.by === undefined ? sayServe(serve) : `${sayServe(serve)}, by ${serve.by}`
}

/** What is different between two configurations, in the order in which it is read. */
export function changesBetween(before: ConfigSettings, after: ConfigSettings): readonly Change[] {
  return compared(before, after).map(({ id, what, a, b }) => ({
    id,
    what,
    before: a?.words ?? ABSENT,
    after: b?.words ?? ABSENT,
  }))
}

interface Compared {
  readonly id: string
  readonly what: string
  readonly a: Field | undefined
  readonly b: Field | undefined
}

function compared(first: ConfigSettings, second: ConfigSettings): readonly Compared[] {
  const a = byId(first)
  const b = byId(second)
  return [...new Set([...b.keys(), ...a.keys()])].flatMap((id) => {
    const [one, other] = [a.get(id), b.get(id)]
    const rule = /^(rules\/[^/]+)\//.exec(id)?.[1]
    // a rule that only one side has is told as a whole
    if (rule !== undefined && (!a.has(rule) || !b.has(rule))) return []
    if (same(one?.value, other?.value)) return []
    if (id === 'order' && !isReordered(first, second)) return []
    return [{ id, what: other?.what ?? one?.what ?? id, a: one, b: other }]
  })
}

function byId(settings: ConfigSettings): ReadonlyMap<string, Field> {
  return new Map(fieldsOf(settings).map((one) => [one.id, one]))
}

/** Whether the rules that both have stand in another order: one that came or went is no change of the order. */
function isReordered(a: ConfigSettings, b: ConfigSettings): boolean {
  const common = (of: ConfigSettings, other: ConfigSettings) =>
    of.rules.map(({ id }) => id).filter((id) => other.rules.some((rule) => rule.id === id))
  return !same(common(a, b), common(b, a))
}

/** Where two changes of one base differ from each other. */
export function differences(
  base: ConfigSettings,
  theirs: ConfigSettings,
  yours: ConfigSettings,
): readonly Difference[] {
  const before = byId(base)
  return compared(theirs, yours).map(({ id, what, a, b }) => {
    const from = before.get(id)
    const theyChanged = id === 'order' ? isReordered(base, theirs) : !same(from?.value, a?.value)
    const youChanged =
      id === 'order' ? isReordered(base, yours) : !same(from?.value, b?.value) || editedWhole(id, base, yours)
    const theyEdited = theyChanged || editedWhole(id, base, theirs)
    return {
      id,
      what,
      base: from?.words ?? ABSENT,
      theirs: a?.words ?? ABSENT,
      yours: b?.words ?? ABSENT,
      clash: theyEdited && youChanged,
      proposed: youChanged ? 'yours' : 'theirs',
    }
  })
}

/** Whether a rule that the other side took away was edited here: then its removal and the edit clash. */
function editedWhole(id: string, base: ConfigSettings, side: ConfigSettings): boolean {
  const rule = /^rules\/([^/]+)$/.exec(id)?.[1]
  const find = (settings: ConfigSettings) => settings.rules.find((one) => one.id === rule)
  return rule !== undefined && !same(find(base), find(side))
}

/** One configuration out of two, by the side that was chosen for each field in which they differ. */
export function merged(
  theirs: ConfigSettings,
  yours: ConfigSettings,
  choice: (id: string) => Side | undefined,
): ConfigSettings {
  const pick = <T>(id: string, a: T, b: T): T => (choice(id) === 'yours' ? b : a)
  const [first, second] = choice('order') === 'yours' ? [yours, theirs] : [theirs, yours]
  const rules = orderOf(first, second).flatMap((id): readonly Rule[] => {
    const a = theirs.rules.find((rule) => rule.id === id)
    const b = yours.rules.find((rule) => rule.id === id)
    if (a === undefined || b === undefined) {
      const kept = pick(`rules/${id}`, a, b)
      return kept === undefined ? [] : [kept]
    }
    return [
      {
        id,
        name: pick(`rules/${id}/name`, a.name, b.name),
        paused: pick(`rules/${id}/paused`, a.paused, b.paused),
        when: pick(`rules/${id}/when`, a.when, b.when),
        serve: pick(`rules/${id}/serve`, a.serve, b.serve),
      },
    ]
  })
  return {
    on: pick('on', theirs.on, yours.on),
    off: pick('off', theirs.off, yours.off),
    prerequisites: pick('prerequisites', theirs.prerequisites, yours.prerequisites),
    layer: pick('layer', theirs.layer, yours.layer),
    rules,
    everyoneElse: pick('everyoneElse', theirs.everyoneElse, yours.everyoneElse),
  }
}

/** The rules of both: in the order of the first, and each that only the second has behind the one it followed there. */
function orderOf(first: ConfigSettings, second: ConfigSettings): readonly string[] {
  const order = first.rules.map(({ id }) => id)
  const ids = second.rules.map(({ id }) => id)
  ids.forEach((id, i) => {
    if (order.includes(id)) return
    const before = ids.slice(0, i).findLast((one) => order.includes(one))
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id)
  })
  return order
}

/** Whether two values of JSON are the same, whatever the order of their members. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [one, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return one.size === other.size && [...one].every(([key, value]) => other.has(key) && same(value, other.get(key)))
}
