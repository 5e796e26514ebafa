import { type Demo, ENVIRONMENT, inProject, PROJECT } from '../../support/demo.ts'
import type { Row } from '../row.ts'

const FLAGS = 500
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

/** All flags of the environment by one call of a kill URL, as somebody with nothing but curl has it: until the answer. */
export async function killOfAll({ api }: Demo): Promise<readonly Row[]> {
  const token = await api.createToken({
    body: { kind: 'kill-url', name: 'all', scopes: [`kill@${PROJECT}/${ENVIRONMENT}`] },
  })
  const began = performance.now()
  const answer = await fetch(token.body.url ?? '', { method: 'POST' })
  const { killed } = (await answer.json()) as { readonly killed: readonly { readonly revision: number }[] }
  const ms = performance.now() - began
  const revisions = new Set(killed.map(({ revision }) => revision)).size
  return [
    {
      goal: `kill URL of an environment, ${killed.length} flags`,
      measured: `${ms.toFixed(0)} ms, ${revisions} revision`,
      limit: '500 ms, 1 revision',
      ok: ms <= 500 && revisions === 1 && killed.length === FLAGS + 1,
    },
  ]
}
