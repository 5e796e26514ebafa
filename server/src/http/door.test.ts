import { setImmediate as turn } from 'node:timers/promises'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../listen.ts'
import type { AppEnv } from './app-env.ts'
import { createDoor } from './door.ts'

test('everybody is let in, in the order in which they came, one in each turn', async () => {
  const door = createDoor()
  const inside: number[] = []
  for (const n of [1, 2, 3]) door.wait(() => inside.push(n))
  expect(inside).toEqual([])
  const seen: number[] = []
  while (inside.length < 3) {
    await turn()
    seen.push(inside.length)
  }
  expect(inside).toEqual([1, 2, 3])
  expect(seen.filter((n) => n > 0)).toEqual([1, 2, 3])
  door.wait(() => inside.push(4))
  await turn()
  await turn()
  expect(inside).toEqual([1, 2, 3, 4])
})

test('while connections keep coming they are taken first, and still nobody waits for ever', async () => {
  const door = createDoor()
  let inside = 0
  for (let n = 0; n < 5; n++) door.wait(() => (inside += 1))
  for (let n = 0; n < 30; n++) {
    door.somebodyCame()
    await turn()
  }
  expect(inside).toBeGreaterThanOrEqual(2)
  expect(inside).toBeLessThanOrEqual(4)
  for (let n = 0; n < 6; n++) await turn()
  expect(inside).toBe(5)
})

test('streams come in by the door, and everything else beside it', async () => {
  const opened: string[] = []
  const app = new Hono<AppEnv>()
  app.get('/sdk/v1/stream', (c) => {
    opened.push(c.req.query('who') ?? '')
    return c.text('opened')
  })
  app.get('/readyz', (c) => c.text(String(opened.length)))
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const stream = async (who: string) => (await fetch(new URL(`/sdk/v1/stream?who=${who}`, server.url))).text()
  expect(await stream('ana')).toBe('opened')
  expect(await Promise.all([stream('cem'), stream('dan')])).toEqual(['opened', 'opened'])
  expect(await (await fetch(new URL('/readyz', server.url))).text()).toBe('3')
  expect(opened.toSorted()).toEqual(['ana', 'cem', 'dan'])
})
