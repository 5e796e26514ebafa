import { describe, expect, test } from 'vitest'
import { copySteps, copyWeights, normalisePlan, percentAt } from './plan.ts'
import { plan } from './testing/makers.ts'

const NAME = { key: 'default', version: 1, name: 'Default' }

function problemOf(input: Parameters<typeof normalisePlan>[1]): string {
  const read = normalisePlan(NAME, input, null)
  return read.ok ? '' : read.problem
}

describe('a plan', () => {
  test('left empty has the steps 1, 10, 50 and 100% and asks to rule out 5, 3 and 2 times as bad', () => {
    expect(plan()).toEqual({
      ...NAME,
      steps: [
        { percent: 1, dwell: 'PT2M', minUnits: 100, clear: 5, approval: false, gate: null },
        { percent: 10, dwell: 'PT2M', minUnits: 100, clear: 3, approval: false, gate: null },
        { percent: 50, dwell: 'PT2M', minUnits: 100, clear: 2, approval: false, gate: null },
        { percent: 100, dwell: 'PT2M', minUnits: 100, clear: 2, approval: false, gate: null },
      ],
      guards: [
        {
          key: 'checkout_error',
          metric: 'checkout_error',
          take: 'first',
          source: { kind: 'sdk', from: 'server' },
          limit: { kind: 'no_worse', margin: 1 },
          reaction: 'rollback',
          weight: 1,
          minUnits: null,
          fromStep: 1,
          grace: null,
        },
      ],
      bake: null,
      maxDwell: 'PT1H',
      onNoData: 'hold',
      onFewSamples: 'hold',
      noDataGrace: 'PT15M',
      cooldown: 'PT15M',
      propagationLimit: 'PT30S',
      window: null,
      alpha: 0.01,
    })
  })

  test('is read from the text people write', () => {
    const { steps } = plan({ steps: '1%:5s,10%:15m,50%:1h,100%' })
    expect(steps.map(({ percent, dwell }) => [percent, dwell])).toEqual([
      [1, 'PT5S'],
      [10, 'PT15M'],
      [50, 'PT1H'],
      [100, 'PT2M'],
    ])
  })

  test('that nothing watches asks for no evidence', () => {
    const blind = plan({ guards: [] })
    expect(blind.steps.map(({ clear, minUnits }) => [clear, minUnits])).toEqual([
      [null, 0],
      [null, 0],
      [null, 0],
      [null, 0],
    ])
  })

  test('says what the request says, then what the named plan says, then the defaults', () => {
    const base = plan({ steps: '5%,100%', maxDwell: 'PT3H', bake: 'PT10M' })
    const read = normalisePlan(NAME, { bake: null, guards: ['order_failed:hold'] }, base)
    expect(read).toMatchObject({
      ok: true,
      value: {
        bake: null,
        maxDwell: 'PT3H',
        guards: [{ metric: 'order_failed', reaction: 'hold' }],
        steps: [{ percent: 5 }, {}],
      },
    })
  })

  test('waits longer than its longest dwell for evidence', () => {
    expect(plan({ steps: '1%:1d,100%' })).toMatchObject({ maxDwell: 'P2D', noDataGrace: 'P2D' })
  })

  test('may wait less than the dwell that its last step does not have', () => {
    expect(plan({ steps: '1%:10s,100%', maxDwell: 'PT30S' })).toMatchObject({ maxDwell: 'PT30S' })
    expect(plan({ steps: '50%', maxDwell: 'PT1S' })).toMatchObject({ maxDwell: 'PT1S' })
  })

  test.each([
    [{ steps: '10%,5%' }, 'step 2, "5%", must be above the step before it'],
    [{ steps: [{ percent: 10 }, { percent: 10 }] }, 'step 2 must be above the step before it'],
    [{ steps: [{ percent: 0 }, { percent: 10 }] }, 'the first step must be above 0%'],
    [{ steps: '1%:2h,100%', maxDwell: 'PT1H' }, 'the longest dwell is longer than maxDwell'],
    [{ approveAt: [42] }, 'there is no step at 42% to approve'],
    [{ approveAt: [1] }, 'the first step cannot wait for an approval: starting the ramp is one'],
    [
      { steps: [{ percent: 1, gate: 'https://gate.test' }, { percent: 5 }] },
      'the first step cannot have a gate: ask it before you start the ramp',
    ],
  ])('%j is refused in words', (input, problem) => {
    expect(problemOf(input)).toBe(problem)
  })
})

describe('the copies of the evidence', () => {
  test('start at each step that has two arms', () => {
    expect(copySteps(plan(), 1)).toEqual([1, 2, 3])
    expect(copyWeights(plan(), 1)).toEqual([0.4, 0.3, 0.3])
  })

  test('have one more for a bake, which publishes 99%', () => {
    const baking = plan({ bake: 'PT1H' })
    expect(copySteps(baking, 1)).toEqual([1, 2, 3, 4])
    expect(copyWeights(baking, 1)).toEqual([0.4, 0.25, 0.25, 0.1])
    expect([1, 2, 3, 4].map((step) => percentAt(baking, step))).toEqual([1, 10, 50, 99])
  })

  test('are those of the steps that the run has before it', () => {
    expect(copySteps(plan(), 3)).toEqual([3])
    expect(copyWeights(plan(), 3)).toEqual([1])
  })

  test.each([
    [{}, 1],
    [{ bake: 'PT1H' }, 1],
    [{ bake: 'PT1H' }, 3],
    [{ bake: 'PT1H' }, 4],
    [{ steps: '100%' }, 1],
    [{ steps: '1%,2%,5%,10%,25%,50%,100%', bake: 'PT1H' }, 1],
  ])('have weights that sum to 1: %j from step %d', (input, first) => {
    const weights = copyWeights(plan(input), first)
    expect(weights).toHaveLength(copySteps(plan(input), first).length)
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12)
  })
})
