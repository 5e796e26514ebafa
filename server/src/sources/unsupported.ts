import type { Guard, Limit } from '@rampart/contract/admin'
import { comparesArms } from './guard-source.ts'
import { notACounter } from './prometheus-query.ts'

/** Why a guard whose figures come from elsewhere than an SDK cannot be judged; null when it can. */
export function unsupportedElsewhere({ take, source, limit }: Pick<Guard, 'take' | 'source' | 'limit'>): string | null {
  if (source.kind === 'sdk') return null
  if (take === 'sum') return 'a mean needs a number for each unit, which only an SDK reports'
  if (!TESTED[take].includes(limit.kind)) return MISMATCH[take]
  if (take === 'gauge') return null
  if (take === 'slow' && source.kind !== 'prometheus') return 'a latency is read from a histogram in a Prometheus'
  if (!comparesArms(source) && limit.kind !== 'below') return WITHOUT_ARMS[source.kind]
  if (source.kind === 'prometheus' && source.total.trim() === '') return 'name the counter of the total as well'
  const counter = source.kind === 'prometheus' ? (notACounter(source.events) ?? notACounter(source.total)) : null
  return counter
}

const TESTED: Readonly<Record<Exclude<Guard['take'], 'sum'>, readonly Limit['kind'][]>> = {
  first: ['no_worse', 'ratio', 'below', 'not_fall'],
  slow: ['no_worse', 'quantile'],
  gauge: ['gauge'],
}

const MISMATCH = {
  first: 'requests without users are judged by a ratio such as <=1.5x or >=0.95x, or a share such as <2%',
  slow: 'a latency is compared with control: write no limit, or a quantile such as p95(checkout_ms)<=+20%',
  gauge: 'a gauge has a limit of its own: { kind: "gauge", max }',
} as const

const WITHOUT_ARMS = {
  prometheus: 'without an arm label it is of the whole service, and nothing can be compared: write a share such as <2%',
  http: 'without {arm} in its pointers it is of the whole service, and nothing can be compared: write a share such as <2%',
  pushed: 'pushed figures name their arm',
} as const
