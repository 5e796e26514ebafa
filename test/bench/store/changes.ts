import { type Demo, ENVIRONMENT, inProject, PROJECT } from '../../support/demo.ts'
import type { Row } from '../row.ts'

const FLAGS = 100
const PIPELINES = 8
const FOR_MS = 8_000
const GOAL = 150

export async function manyFlags({ api }: Demo): Promise<void> {
  await Promise.all(
    Array.from({ length: FLAGS }, (_, i) => api.createFlag({ ...inProject, body: { key: `flag-${i}` } })),
  )
}

/** Rollouts that several pipelines set at the same time, each waiting for its answer: with a token, checked, audited. */
export async function changesOverHttp({ api }: Demo): Promise<readonly Row[]> {
  const began = performance.now()
  let n = 0
  const pipeline = async (): Promise<void> => {
    while (performance.now() - began < FOR_MS) {
      const flag = `flag-${n % FLAGS}`
      const percent = Math.floor(n / FLAGS) % 100
      n += 1
      const params = { project: PROJECT, environment: ENVIRONMENT, flag }
      await api.setRollout({ params, body: { percent: percent + 0.5, variation: 'on' } })
    }
  }
  await Promise.all(Array.from({ length: PIPELINES }, pipeline))
  const rate = n / ((performance.now() - began) / 1_000)
  return [
    {
      goal: `flag changes through HTTP, ${PIPELINES} at a time`,
      measured: `${rate.toFixed(0)} a second`,
      limit: `${GOAL} a second`,
      ok: rate >= GOAL,
    },
  ]
}
