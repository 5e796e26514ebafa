import { describe, expect, test } from 'vitest'
import { meanRow, medianRow, NEVER, type Rule, shareRow } from './case.ts'
import { ramps } from './proof.ts'

describe('the proof of ramps', () => {
  test('has a name for every part, and begins with the parts of a smaller one', () => {
    const whole = ramps.parts(1)
    expect(new Set(whole).size).toBe(whole.length)
    for (const scale of [0.1, 0.3]) expect(whole.slice(0, ramps.parts(scale).length)).toEqual(ramps.parts(scale))
  })

  test('says the same for the same seed, and something else for another', async () => {
    const [part = ''] = ramps.parts(0.1).filter((name) => name.startsWith('5% fail, 10×'))
    const [one, same, other] = [await ramps.run(part, 1), await ramps.run(part, 1), await ramps.run(part, 2)]
    expect(same).toEqual(one)
    expect(other).not.toEqual(one)
  })

  test('refuses a part that it does not have', async () => {
    await expect(ramps.run('nothing #1', 1)).rejects.toThrow('there is no part nothing #1')
  })
})

describe('a goal', () => {
  const taken = (k: number, n: number) => Array.from({ length: n }, (_, i) => [i < k ? 1 : 0])
  const share = (k: number, n: number, rule: Rule) =>
    shareRow(taken(k, n), ([one]) => one === 1, { goal: 'g', limit: 0.01, unit: 'share' }, rule)

  test('is held against the figure itself in the whole proof', () => {
    expect(share(100, 10_000, 'figure').ok).toBe(true)
    expect(share(101, 10_000, 'figure').ok).toBe(false)
  })

  test('is missed by fewer ramps only when chance cannot have carried them over', () => {
    expect(share(14, 1_000, 'interval').ok).toBe(true)
    expect(share(30, 1_000, 'interval').ok).toBe(false)
    expect(share(14, 1_000, 'interval')).toMatchObject({
      measured: '1.4% (14 of 1,000; 99%: 0.625% to 2.67%)',
      limit: '≤ 1%',
    })
  })

  test('that asks for a median is missed where half of the ramps never came to it', () => {
    const samples = [[5], [NEVER], [NEVER], [7], [NEVER]]
    const row = medianRow(samples, ([n = NEVER]) => n, { goal: 'g', limit: 10, unit: 'requests' }, 'figure')
    expect([row.measured.slice(0, 5), row.ok]).toEqual(['never', false])
  })

  test('may be a mean, told with its interval', () => {
    const samples = Array.from({ length: 400 }, (_, i) => [i % 2 === 0 ? 4 : 8])
    const row = meanRow(samples, ([n = 0]) => n, { goal: 'g', limit: 7, unit: 'errors' }, 'interval')
    expect(row).toMatchObject({ measured: '6 (99%: 5.7 to 6.3)', limit: '≤ 7', ok: true })
  })
})
