import { STREAM_PATH } from '@rampart/contract/admin'
import { expect, onTestFinished, test, vi } from 'vitest'
import { isEvent, read } from './test-reader.ts'
import { change, config, flag, PLACE, ramp, segment, setShare, startTestServer } from './test-server.ts'

const path = STREAM_PATH.replace(':project', 'shop')

test('a page hears which flags and segments changed, and of several changes at once', async () => {
  const { url, store, keys } = await startTestServer()
  const page = await read(url + path, { key: keys.token })
  await page.find(isEvent('ping'))
  await Promise.all([
    setShare(store, 10),
    change(
      store,
      [
        { put: 'flag', flag: flag('new') },
        { put: 'config', config: config('new') },
      ],
      { flags: ['new'] },
    ),
    change(store, [{ put: 'segment', project: 'shop', segment: segment('staff') }], { segments: ['staff'] }),
  ])
  await page.find(({ data }) => Object(data).revision === 4)
  expect(page.events).toEqual([
    { id: undefined, event: 'ping', data: {} },
    {
      id: undefined,
      event: 'changed',
      data: { environment: 'production', revision: 4, flags: ['checkout', 'new'], segments: ['staff'] },
    },
  ])
})

test('a page hears of a ramp that was written, and of its figures at most once a second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url, store, delivery, keys } = await startTestServer()
  const page = await read(url + path, { key: keys.token })
  await page.find(isEvent('ping'))
  const ramps = () => page.events.filter(isEvent('ramp'))
  const moved = { ...PLACE, flag: 'checkout', ramp: 'r_1' }
  await change(store, [{ put: 'ramp', ramp: ramp() }], { watches: ['r_1'] })
  await page.find(() => ramps().length === 1)
  for (let n = 0; n < 10; n += 1) delivery.rampTicked(moved)
  vi.advanceTimersByTime(999)
  expect(ramps().length).toBe(1)
  vi.advanceTimersByTime(1)
  await page.find(() => ramps().length === 2)
  vi.advanceTimersByTime(1_000)
  delivery.rampTicked(moved)
  await page.find(() => ramps().length === 3)
  expect(ramps()).toEqual(
    Array(3).fill({
      id: undefined,
      event: 'ramp',
      data: { id: 'r_1', environment: 'production', flag: 'checkout' },
    }),
  )
})

test('a page needs the right to read its project', async () => {
  const { url, keys } = await startTestServer()
  const ask = async (key: string, project: string) => {
    const response = await fetch(url + STREAM_PATH.replace(':project', project), {
      headers: { authorization: `Bearer ${key}` },
    })
    return [response.status, (await response.json()).code]
  }
  expect(await ask(keys.stranger, 'shop')).toEqual([403, 'forbidden'])
  expect(await ask(keys.server, 'shop')).toEqual([403, 'wrong_kind_of_key'])
  expect(await ask(keys.stranger, 'other')).toEqual([404, 'not_found'])
})

test('a page is sent away after a quarter of an hour, so that it has to show its right again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { url, keys } = await startTestServer()
  const page = await read(url + path, { key: keys.token })
  await page.find(isEvent('ping'))
  vi.advanceTimersByTime(900_000)
  await page.ended
  expect(page.events.at(-1)?.event).toBe('close')
})
