import { startRamp } from '@rampart/contract/admin'
import { describe, expect, test } from 'vitest'
import { type StartOptions, startBody } from './ramp-start.ts'

const nowhere = { ci: false, dialect: 'plain' } as const
const body = (options: StartOptions) => startBody(options, nowhere, 'fresh')

describe('the start of a ramp', () => {
  test('says nothing that was not asked for', () => {
    expect(body({})).toEqual({ run: 'fresh' })
  })

  test('carries every option in the words of the API', () => {
    const everything = body({
      plan: 'standard',
      steps: '1%:10m,100%',
      to: 'on',
      rule: 'beta',
      from: '1%',
      guard: ['checkout_error<=1.5x:hold'],
      onNoData: 'rollback',
      onFewSamples: 'advance',
      maxHold: '2h',
      bake: '1h',
      approveAt: ['100%'],
      cooldown: '0',
      replace: true,
      allowNewMetric: true,
      reason: 'hotfix',
      run: 'build-7',
      sourceUrl: 'https://ci/7',
      commit: 'c0ffee',
    })
    expect(everything).toEqual({
      plan: 'standard',
      steps: '1%:10m,100%',
      to: 'on',
      rule: 'beta',
      from: 1,
      guards: ['checkout_error<=1.5x:hold'],
      onNoData: 'rollback',
      onFewSamples: 'advance',
      maxDwell: '2h',
      bake: '1h',
      approveAt: [100],
      cooldown: 'PT0S',
      replace: true,
      allowNewMetric: true,
      reason: 'hotfix',
      run: 'build-7',
      source: { url: 'https://ci/7', commit: 'c0ffee' },
    })
    expect(startRamp.safeParse(everything).success).toBe(true)
  })

  test('takes run and source from the pipeline unless they are given', () => {
    const pipeline = { ci: true, dialect: 'github', run: 'github:1', url: 'https://ci/1', commit: 'abc' } as const
    expect(startBody({}, pipeline, 'fresh')).toEqual({
      run: 'github:1',
      source: { url: 'https://ci/1', commit: 'abc' },
    })
    expect(startBody({ run: 'mine' }, pipeline, 'fresh').run).toBe('mine')
  })

  test('writes a least sample into each step', () => {
    expect(body({ steps: '1%:10m,100%', minSamples: '500' }).steps).toEqual([
      { percent: 1, dwell: 'PT10M', minUnits: 500 },
      { percent: 100, minUnits: 500 },
    ])
  })

  test('without guards says so, which is not the same as saying nothing', () => {
    expect(body({ guards: false }).guards).toEqual([])
    expect(body({ guards: true })).not.toHaveProperty('guards')
  })

  test.each<[StartOptions, string]>([
    [{ steps: '10%,1%' }, '--steps: step 2, "1%", must be above the step before it.'],
    [{ steps: '1%:soon,100%' }, '--steps: the dwell of step 1, "soon", must be a duration such as 30s, 10m, 2h or 1d.'],
    [
      { guard: ['5xx<'] },
      '--guard: "5xx<" is not a guard; write for example checkout_error, checkout_error<=1.5x or checkout_error<2%.',
    ],
    [{ guard: ['a'], guards: false }, 'Choose: --guard, or --no-guards.'],
    [{ from: 'x' }, '--from: "x" must be a percent from 0% to 100%, with at most three decimals.'],
    [{ maxHold: 'long' }, '--max-hold: "long" must be a duration such as 30s, 10m, 2h or 1d.'],
    [{ minSamples: '5' }, '--min-samples is the minimum of each step: give the steps too, with --steps.'],
    [{ steps: '1%,100%', minSamples: 'many' }, '--min-samples: "many" must be a whole number.'],
  ])('refuses %j before anything is started', (options, words) => {
    expect(() => body(options)).toThrow(words)
  })
})
