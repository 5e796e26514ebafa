import { expect, test } from 'vitest'
import { replay } from './replay.ts'
import { CHECKOUT, rampShop } from './testing/shop.ts'

const GUARDED = { steps: '1%:5s,10%:5s,50%:5s,100%', guards: ['checkout_error'] }

async function started() {
  const shop = await rampShop()
  const { item } = (await shop.api.startRamp({ params: CHECKOUT, body: GUARDED })).body
  const again = async () => {
    const ramp = (await shop.store.ramp(item.id))?.ramp
    if (ramp === undefined) throw new Error('the ramp is gone')
    return replay(ramp, await shop.store.ticks(item.id))
  }
  return { shop, item, again }
}

test('the stored ticks of a completed ramp lead to the decisions that were made', async () => {
  const { shop, item, again } = await started()
  let ramp = item
  for (const [treatment, control] of [
    [200, 19_800],
    [500, 4_500],
    [1_500, 1_500],
  ] as const) {
    ramp = await shop.round(item.id)
    await shop.meet(ramp, { treatment, control }, { treatment: treatment * 0.04, control: control * 0.04 })
    shop.advance(5_000)
    ramp = await shop.round(item.id)
  }
  expect(ramp.state).toBe('completed')
  expect(await again()).toEqual([
    { seq: 1, kind: 'advance', named: [] },
    { seq: 2, kind: 'advance', named: [] },
    { seq: 3, kind: 'advance', named: [] },
  ])
})

test('the stored ticks of a ramp that was taken back lead to the rollback, by the same guard', async () => {
  const { shop, item, again } = await started()
  let ramp = await shop.round(item.id)
  await shop.meet(ramp, { treatment: 200, control: 19_800 }, { treatment: 8, control: 792 })
  shop.advance(5_000)
  ramp = await shop.round(item.id)
  await shop.round(item.id)
  await shop.meet(ramp, { treatment: 500, control: 4_500 }, { treatment: 150, control: 180 })
  expect((await shop.round(item.id)).state).toBe('rolled_back')
  expect(await again()).toEqual([
    { seq: 1, kind: 'advance', named: [] },
    { seq: 2, kind: 'rollback', named: ['checkout_error'] },
  ])
})
