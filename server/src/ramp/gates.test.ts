import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { addressPolicy } from '../sources/addresses.ts'
import { createGates, gateOf } from './gates.ts'
import { NOON, ramp } from './testing/makers.ts'

/** A gate whose answer can be changed, and a clock. */
async function gateAt(policy = addressPolicy('all')) {
  let status = 503
  let asked = 0
  let now = NOON
  const server = createServer((_, response) => {
    asked += 1
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const gates = createGates({ clock: { now: () => now }, policy })
  onTestFinished(() => gates.close())
  const gate = { ramp: 'r_1', seq: 1, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
  return {
    gates,
    gate,
    asked: () => asked,
    answers: (next: number) => {
      status = next
    },
    later: (ms: number) => {
      now += ms
    },
    ask: async () => {
      gates.ask(gate)
      await gates.settled()
      return gates.answer(gate)
    },
  }
}

test('a gate is closed while it answers anything but 2xx, and open when it does', async () => {
  const { gates, gate, ask, answers, later } = await gateAt()
  expect(gates.answer(gate)).toBeUndefined()
  expect(await ask()).toEqual({ open: false, words: 'it answered 503' })
  answers(204)
  later(10_000)
  expect(await ask()).toEqual({ open: true })
})

test('a gate is not asked more often than every ten seconds, and its answer is gone by for thirty', async () => {
  const { gates, gate, ask, asked, answers, later } = await gateAt()
  answers(200)
  await ask()
  later(9_999)
  await ask()
  expect(asked()).toBe(1)
  later(20_000)
  expect(gates.answer(gate)).toEqual({ open: true })
  later(1)
  expect(gates.answer(gate)).toBeUndefined()
})

test('an answer is for the sequence it was asked in', async () => {
  const { gates, gate, ask, answers } = await gateAt()
  answers(200)
  await ask()
  expect(gates.answer({ ...gate, seq: 2 })).toBeUndefined()
})

test('a gate in a private network is closed, unless that is opened', async () => {
  const { ask, asked } = await gateAt(addressPolicy([]))
  expect(await ask()).toEqual({ open: false, words: expect.stringContaining('is a private address') })
  expect(asked()).toBe(0)
})

test('the gate of a ramp is that of the step it would go to', () => {
  const steps = [{ percent: 1 }, { percent: 10, gate: 'https://gate.test/' }, { percent: 100 }]
  expect(gateOf(ramp({ steps }))).toEqual({ ramp: 'r_1', seq: 1, url: 'https://gate.test/' })
  expect(gateOf(ramp({ steps }, { step: 2 }))).toBeNull()
})
