import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from '../../scripts/build.mjs'
import { ENVIRONMENT, FLAG, ofFlag, startDemo } from '../support/demo.ts'
import type { Row } from './row.ts'

const CLIENTS = 100
const ROUNDS = 25
/** On one machine, from the kill's HTTP answer until the last SDK serves off. */
const MEDIAN_MS = 50
const WORST_MS = 500

/** How long after the HTTP answer of a kill the last of 100 connected SDKs, in a process of their own, serves off. */
export async function run(): Promise<readonly Row[]> {
  build()
  const demo = await startDemo()
  const clients = fork(
    fileURLToPath(new URL('./kill-clients.ts', import.meta.url)),
    [demo.url, demo.serverKey, FLAG, String(CLIENTS)],
    {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    },
  )
  try {
    await once(clients, 'message')
    const everyoneOn = once(clients, 'message')
    await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
    await everyoneOn
    const killUrl = (
      await demo.api.createToken({
        body: { kind: 'kill-url', name: 'bench', scopes: [`kill@demo/${ENVIRONMENT}/${FLAG}`] },
      })
    ).body.url
    const delays: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const allOff = once(clients, 'message')
      const answer = await fetch(killUrl ?? '', { method: 'POST' })
      await answer.text()
      const answered = process.hrtime.bigint()
      const [lastApplied] = (await allOff) as [string]
      delays.push(Math.max(0, Number(BigInt(lastApplied) - answered) / 1e6))
      const allOn = once(clients, 'message')
      await demo.api.restoreFlag({ ...ofFlag, body: {} })
      await allOn
    }
    delays.sort((a, b) => a - b)
    const median = delays[Math.floor(delays.length / 2)] ?? Number.POSITIVE_INFINITY
    const worst = delays.at(-1) ?? Number.POSITIVE_INFINITY
    return [
      row(`kill: HTTP answer to the last of ${CLIENTS} SDKs, median of ${ROUNDS}`, median, MEDIAN_MS),
      row(`kill: HTTP answer to the last of ${CLIENTS} SDKs, worst of ${ROUNDS}`, worst, WORST_MS),
    ]
  } finally {
    clients.kill('SIGTERM')
    await demo.close()
  }
}

function row(goal: string, measured: number, limit: number): Row {
  return { goal, measured: `${measured.toFixed(1)} ms`, limit: `${limit} ms`, ok: measured <= limit }
}
