import { expect, test } from 'vitest'
import { Instances } from './instances.ts'

const PLACE = { project: 'shop', environment: 'production' }
const OTHER = { project: 'shop', environment: 'staging' }

function setUp() {
  const clock = { time: 1_000_000, now: () => clock.time }
  return { clock, instances: new Instances(clock) }
}

const change = { needed: 5, committedAt: 0 }

test('an instance is there while it has a stream, and gone when the last one ends', () => {
  const { instances } = setUp()
  const first = instances.connected(PLACE, { instance: 'a' })
  const second = instances.connected(PLACE, { instance: 'a' })
  first()
  expect(instances.count(PLACE)).toBe(1)
  second()
  expect([instances.count(PLACE), instances.count(OTHER)]).toEqual([0, 0])
  expect(instances.list(PLACE).map(({ instance, connected }) => [instance, connected])).toEqual([['a', false]])
})

test('an instance that polls is there until it has missed two polls', () => {
  const { clock, instances } = setUp()
  instances.polled(PLACE, { instance: 'a' })
  clock.time += 75_000
  expect(instances.count(PLACE)).toBe(1)
  clock.time += 1
  expect(instances.count(PLACE)).toBe(0)
})

test('an instance that is only heard of by its acknowledgements polls', () => {
  const { instances } = setUp()
  instances.holds(PLACE, { instance: 'a' }, { revision: 5, at: 0 })
  expect(instances.propagation(PLACE, change)).toMatchObject({ instances: 1, holding: 1 })
})

test('an acknowledgement that comes after the stream has ended brings nobody back', () => {
  const { instances } = setUp()
  const end = instances.connected(PLACE, { instance: 'a' })
  end()
  instances.holds(PLACE, { instance: 'a' }, { revision: 5, at: 0 })
  expect(instances.count(PLACE)).toBe(0)
})

test('an instance that comes back is not called slow for the time it was away', () => {
  const { clock, instances } = setUp()
  instances.connected(PLACE, { instance: 'a' })()
  clock.time += 60_000
  instances.connected(PLACE, { instance: 'a' })
  instances.holds(PLACE, { instance: 'a' }, { revision: 5, at: clock.time })
  expect(instances.propagation(PLACE, { needed: 5, committedAt: 1_000_500 })).toMatchObject({
    holding: 1,
    slowestMs: null,
  })
})

test('nobody holds anything in the future', () => {
  const { clock, instances } = setUp()
  instances.connected(PLACE, { instance: 'a' })
  instances.holds(PLACE, { instance: 'a' }, { revision: 5, at: clock.time + 60_000 })
  clock.time += 100
  expect(instances.propagation(PLACE, { needed: 5, committedAt: clock.time - 100 }).slowestMs).toBe(0)
})

test('after a day without a sign of life an instance is forgotten, unless its stream is open', () => {
  const { clock, instances } = setUp()
  instances.polled(PLACE, { instance: 'poller' })
  instances.connected(PLACE, { instance: 'streamer' })
  clock.time += 86_400_001
  instances.sweep()
  expect(instances.list(PLACE).map(({ instance }) => instance)).toEqual(['streamer'])
})

test('of more than ten thousand instances without a stream those that were not heard of for the longest are forgotten first', () => {
  const { clock, instances } = setUp()
  instances.connected(PLACE, { instance: 'streamer' })
  instances.polled(PLACE, { instance: 'oldest' })
  for (let n = 0; n < 10_000; n += 1) {
    clock.time += 1
    instances.polled(PLACE, { instance: `i-${n}` })
  }
  const names = instances.list(PLACE).map(({ instance }) => instance)
  expect([names.length, names.includes('streamer'), names.includes('oldest'), names[0]]).toEqual([
    10_001,
    true,
    false,
    'i-9999',
  ])
})

test('everyone with a stream counts, however many they are, and none of them is forgotten for others', () => {
  const { clock, instances } = setUp()
  const ends = Array.from({ length: 10_050 }, (_, n) => instances.connected(PLACE, { instance: `stream-${n}` }))
  instances.holds(PLACE, { instance: 'stream-10049' }, { revision: 5, at: clock.now() })
  expect(instances.propagation(PLACE, change)).toMatchObject({ instances: 10_050, holding: 1 })
  for (let n = 0; n < 10_001; n += 1) instances.polled(PLACE, { instance: `poll-${n}` })
  expect(instances.count(PLACE)).toBe(20_050)
  for (const end of ends) end()
  expect(instances.count(PLACE)).toBe(0)
  expect(instances.list(PLACE)).toHaveLength(10_000)
})

test('listeners hear of whoever comes, goes or holds more, in their environment only', () => {
  const { instances } = setUp()
  let heard = 0
  const stop = instances.onChange(PLACE, () => {
    heard += 1
  })
  const end = instances.connected(PLACE, { instance: 'a' })
  instances.holds(PLACE, { instance: 'a' }, { revision: 5, at: 0 })
  instances.connected(OTHER, { instance: 'b' })
  end()
  stop()
  instances.polled(PLACE, { instance: 'a' })
  expect(heard).toBe(3)
})
