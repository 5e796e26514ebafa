import { describe, expect, test } from 'vitest'
import { at, ended, evidence, firstStep, hold, PERSON, ramp, rolledBack, TRIPPED } from '../test-ramps.ts'
import { endBlock } from './end.ts'
import { widthOf } from './layout.ts'
import { paintFor } from './paint.ts'
import { view } from './view.ts'

const paint = paintFor('never', true, {})
const now = Date.parse(at(18.2))
const recent = [
  { at: Date.parse(at(10)), kind: 'pass', text: 'step 1' },
  { at: Date.parse(at(12)), kind: 'move', text: '1% → 10%' },
]
const drawn = (value: ReturnType<typeof ramp>, columns: number) => view(value, { now, columns, paint, recent })

describe('the picture of a ramp', () => {
  test('has where it is, what it waits for, the guards and what happened', () => {
    expect(drawn(ramp(), 96)).toEqual([
      expect.stringMatching(/^new-checkout-flow · production {30,}ramp r_01JD8K · plan Default$/),
      '◉ running   step 2/4   10%   06:12 of 15:00   decides 14:32:00Z (8m 48s)',
      '  Waiting for the dwell time',
      '',
      '  1% ●━━━━━━━━ 10% ◉╌╌╌╌╌╌╌╌ 50% ○╌╌╌╌╌╌╌╌ 100% ○',
      '',
      '  guard           control  on    change  limit     verdict',
      '  checkout_error  4%       4.1%  1×      no worse  ✔ ok     n 2,045',
      '',
      '  38/38 SDKs in 1.1s',
      '  14:15:00Z  pass    step 1',
      '  14:17:00Z  move    1% → 10%',
    ])
  })

  test('says what it waits for, without the clock and the figures that it shows', () => {
    const holds = [
      hold('dwell', at(27)),
      { kind: 'not_clear', guard: 'checkout_error', until: null, words: 'more evidence (checkout_error: words)' },
      { kind: 'sample', have: 64, need: 100, until: null, words: '64 of 100 users' },
    ] as const
    expect(drawn(ramp({ holds: [...holds] }), 96)[2]).toBe(
      '  Waiting for the dwell time · more evidence on checkout_error · 64 of 100 users',
    )
    expect(drawn(ramp({ holds: [] }), 120)[2]).toBe(`  ${ramp().sentence}`)
    expect(drawn(ramp({ state: 'paused' }), 120)[2]).toBe(`  ${ramp().sentence}`)
  })

  test('on a low terminal leaves out what happened before, then the air', () => {
    const low = (rows: number) => view(ramp(), { now, columns: 96, rows, paint, recent, keys: 'keys' })
    expect(low(14)).toHaveLength(13)
    expect(low(13).filter((line) => line.includes('Z  '))).toEqual(['  14:17:00Z  move    1% → 10%'])
    expect(low(12)).toHaveLength(11)
    expect(low(11)).toEqual(low(12).filter((line) => line !== ''))
    expect(low(11).at(-1)).toBe('  keys')
  })

  test('below 80 columns has a list of guards instead of the table', () => {
    const lines = drawn(ramp({ verdicts: [TRIPPED] }), 60)
    expect(lines).toContain('  ✖ FAIL checkout_error: 4% of users without, 19.8% with')
    expect(lines).toContain('    (5.0×, 99% at any time: at least 2.3×), limit no worse;')
    expect(lines.join('\n')).not.toContain('control')
  })

  test.each([40, 60, 79, 80, 100, 200])('of %i columns has no longer line', (columns) => {
    const steps = ramp().plan.steps.flatMap((step) => [step, step, step])
    for (const value of [ramp(), firstStep(), ramp({ verdicts: [TRIPPED, evidence({ verdict: 'error' })] })])
      for (const plan of [value.plan, { ...value.plan, steps }])
        for (const line of view(
          { ...value, plan },
          { now, columns, paint, recent, notice: 'n '.repeat(60), keys: 'k '.repeat(60) },
        ))
          expect(widthOf(line)).toBeLessThanOrEqual(columns)
  })

  test('of many steps says where it is when they do not fit', () => {
    const steps = Array.from({ length: 20 }, () => ramp().plan.steps)
      .flat()
      .slice(0, 20)
    const lines = drawn(ramp({ plan: { ...ramp().plan, steps } }), 80)
    expect(lines).toContain('  step 2 of 20: 10%')
  })

  test('never shows as well what is not known', () => {
    const verdicts = (['collecting', 'no_data', 'skipped', 'error'] as const).map((verdict) => evidence({ verdict }))
    expect(drawn(ramp({ verdicts }), 100).join('\n')).not.toContain('✔')
  })

  test('whose dwell is over says how long it has been there', () => {
    const later = view(ramp({ nextDecisionAt: null }), { now: Date.parse(at(28)), columns: 100, paint, recent })
    expect(later[1]).toBe('◉ running   step 2/4   10%   16:00 in this step')
  })

  test('of a paused ramp has no clock that runs', () => {
    const lines = drawn(ramp({ state: 'paused', nextDecisionAt: null }), 100)
    expect(lines[1]).toBe('‖ paused   step 2/4   10%')
  })

  test('says when nothing watches', () => {
    expect(drawn(ramp({ verdicts: [] }), 100)).toContain('  No guards: nothing watches this ramp.')
  })

  test('has colours when they are wanted', () => {
    const colored = view(ramp(), { now, columns: 90, paint: paintFor('always', false, {}), recent: [] })
    expect(colored.join('\n')).toContain('\u001b[32m')
  })
})

describe('what stays on the screen', () => {
  const options = { columns: 100, paint, now, url: 'https://flags.example.test/p/demo/ramps/r_01JD8K' }

  test('of a ramp that was rolled back is the sentence, the evidence and how to go on', () => {
    const other = evidence({ guard: 'slow', metric: 'slow', words: 'slow: 1% of users without, 1% with' })
    const value = rolledBack({
      end: {
        at: at(41),
        by: 'guard',
        cause: { kind: 'guard', evidence: [TRIPPED, other], named: ['checkout_error'] },
      },
    })
    expect(endBlock(value, options)).toEqual([
      '↶ rolled back   new-checkout-flow · production   50% → 0%   after 41m',
      '  Rolled back 50% → 0% at 14:46:00 UTC after 41m: checkout_error: 4% of users without, 19.8% with',
      '  (5.0×, 99% at any time: at least 2.3×), limit no worse; 131 users.',
      '  checkout_error  4% → 19.8%  5×  limit no worse  n 131',
      '  ok slow: 1% of users without, 1% with',
      '  38/38 SDKs in 1.1s',
      '  report  https://flags.example.test/p/demo/ramps/r_01JD8K',
      '  next    rampart ramp run new-checkout-flow -p demo -e production --steps "1%:10m,10%:15m,50%:30m,100%"',
    ])
  })

  test('of a good ramp is short', () => {
    expect(endBlock(ended('completed', 'system', null), options)).toEqual([
      '✔ completed   new-checkout-flow · production   0% → 100%   after 41m',
      '  Ended as completed.',
      '  38/38 SDKs in 1.1s',
      '  report  https://flags.example.test/p/demo/ramps/r_01JD8K',
    ])
  })

  test('of a killed ramp says how to restore the flag, of a running one how to watch it again', () => {
    const killed = ended('killed', 'person', { kind: 'kill', actor: PERSON, reason: null })
    expect(endBlock(killed, options).at(-1)).toBe('  next    rampart restore new-checkout-flow -p demo -e production')
    expect(endBlock(ramp(), options).at(-1)).toBe('  next    rampart ramp watch r_01JD8K -p demo')
  })
})

describe('colours', () => {
  test('are chosen by the flag, then NO_COLOR, then FORCE_COLOR, then the terminal', () => {
    const has = (...args: Parameters<typeof paintFor>) => paintFor(...args).red('x') !== 'x'
    expect(has('always', false, { NO_COLOR: '1' })).toBe(true)
    expect(has('never', true, { FORCE_COLOR: '1' })).toBe(false)
    expect(has('auto', true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
    expect(has('auto', false, { FORCE_COLOR: '1' })).toBe(true)
    expect(has('auto', true, {})).toBe(true)
    expect(has('auto', true, { NO_COLOR: '' })).toBe(true)
    expect(has('auto', true, { TERM: 'dumb' })).toBe(false)
    expect(has('auto', false, {})).toBe(false)
  })
})
