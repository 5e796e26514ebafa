import { describe, expect, test } from 'vitest'
import { at, ended, PERSON, ramp, rolledBack, TRIPPED } from '../test-ramps.ts'
import { extend } from '../trail.ts'
import { rampDocument, rampOutputs } from './document.ts'
import { summary } from './summary.ts'

const url = 'https://flags.example.test/p/demo/ramps/r_01JD8K'
const { propagation } = ramp()

describe('the document of a ramp', () => {
  test('tells who ended it, why in numbers, and the way it went', () => {
    const trail = [ramp(), rolledBack()].reduce(extend, [])
    expect(rampDocument(rolledBack(), trail, { url, exitCode: 10 })).toEqual({
      schema: 'rampart.ramp.v1',
      id: 'r_01JD8K',
      project: 'demo',
      environment: 'production',
      flag: 'new-checkout-flow',
      rule: 'everyone-else',
      to: 'on',
      outcome: 'rolled_back',
      by: 'guard',
      cause: {
        kind: 'guard',
        message: TRIPPED.words,
        guard: 'checkout_error',
        step: 2,
        control: 0.04,
        treatment: 0.198,
        change: 4.95,
        changeAs: 'ratio',
        interval: [2.3, null],
        limit: { kind: 'no_worse', margin: 1 },
        samples: { control: 18_402, treatment: 131 },
      },
      percent: { start: 0, reached: 50, now: 0 },
      steps: [
        { n: 1, percent: 1, dwell: 'PT10M' },
        {
          n: 2,
          percent: 10,
          dwell: 'PT15M',
          enteredAt: at(12),
          leftAt: at(41),
          verdicts: { ok: 0, waiting: 0, fail: 1, noData: 0 },
          propagation,
        },
        { n: 3, percent: 50, dwell: 'PT30M' },
        { n: 4, percent: 100, dwell: 'PT2M' },
      ],
      guards: [TRIPPED],
      sentence: rolledBack().sentence,
      run: 'github:acme/shop:42:release',
      startedBy: { kind: 'token', id: 't_1', name: 'ci-shop', via: 'cli' },
      startedAt: at(0),
      endedAt: at(41),
      durationMs: 41 * 60_000,
      url,
      exitCode: 10,
    })
  })

  test('names the person and the reason of an end by hand', () => {
    const killed = ended('killed', 'person', { kind: 'kill', actor: PERSON, reason: '5xx' })
    const { by, cause } = rampDocument(killed, [], { url, exitCode: 11 })
    expect({ by, cause }).toEqual({
      by: 'person',
      cause: { kind: 'kill', message: killed.sentence, actor: PERSON, reason: '5xx' },
    })
  })

  test('of a ramp that goes on has no end', () => {
    expect(rampDocument(ramp(), [], { url, exitCode: 12 })).toMatchObject({
      outcome: 'running',
      by: null,
      cause: null,
      endedAt: null,
      durationMs: null,
      exitCode: 12,
    })
  })

  test('gives the outputs of a step', () => {
    const document = rampDocument(rolledBack(), [], { url, exitCode: 10 })
    expect(rampOutputs(document, 44)).toEqual({
      ramp_id: 'r_01JD8K',
      outcome: 'rolled_back',
      percent: 0,
      cause: 'guard:checkout_error',
      revision: 44,
      url,
      duration_s: 2460,
    })
    const policy = rampDocument(ended('rolled_back', 'policy', { kind: 'no_data' }), [], { url, exitCode: 13 })
    expect(rampOutputs(policy, null)).toMatchObject({ cause: 'no_data' })
    expect(rampOutputs(policy, null)).not.toHaveProperty('revision')
  })
})

describe('the job summary', () => {
  test('has the outcome, the sentence, the steps and the guards', () => {
    const trail = [ramp(), rolledBack()].reduce(extend, [])
    expect(summary(rolledBack(), trail, { url, now: 0 }).split('\n')).toEqual([
      '## ↶ Rolled back: new-checkout-flow in production',
      '',
      'Rolled back 50% → 0% at 14:46:00 UTC after 41m: checkout\\_error: 4% of users without, 19.8% with (5.0×, 99% at any time: at least 2.3×), limit no worse; 131 users.',
      '',
      '```',
      'reached  ██████████░░░░░░░░░░ 50%',
      'now      ░░░░░░░░░░░░░░░░░░░░ 0%',
      '```',
      '',
      '| step | share | entered (UTC) | dwell | took | SDKs |',
      '| --- | --- | --- | --- | --- | --- |',
      '| 1 | 1% |  | 10m |  |  |',
      '| 2 | 10% | 14:17:00Z | 15m | 29m | 38/38 SDKs in 1.1s |',
      '| 3 | 50% |  | 30m |  |  |',
      '| 4 | 100% |  |  |  |  |',
      '',
      '| guard | control | on | change | limit | verdict | n |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| checkout\\_error | 4% | 19.8% | 5× | no worse | ✖ FAIL | 131 |',
      '',
      `Ran for 41m · [report](${url}) · ramp \`r_01JD8K\``,
      '',
    ])
  })

  test('lets nobody write HTML or a table into it, and stays small', () => {
    const sentence = `took it back (<img src=x> | [a](b)\n# c) ${'x'.repeat(300_000)}`
    const text = summary(rolledBack({ sentence }), [], { url, now: 0 })
    expect(text).toContain('took it back (\\<img src=x\\> \\| \\[a\\](b) \\# c) xxx')
    expect(text.length).toBeLessThan(201_000)
  })

  test('says when nothing watched', () => {
    expect(summary(ramp({ verdicts: [] }), [], { url, now: Date.parse(at(20)) })).toContain(
      '_No guards watched this ramp._',
    )
  })
})
