/** One element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  /** As text it may be `NaN`, `+Inf` or `-Inf`. */
  readonly value: number
}

export type Answer =
  | { readonly kind: 'samples'; readonly samples: readonly Sample[] }
  /** Samples of one series over time, in epoch milliseconds. */
  | { readonly kind: 'series'; readonly series: readonly (readonly (readonly [at: number, value: number])[])[] }
  | { readonly kind: 'rejected'; readonly words: string }
  | { readonly kind: 'unreadable'; readonly words: string }

/** Reads what `/api/v1/query` or `/api/v1/query_range` answered. A scalar reads as one sample without labels. */
export function parseAnswer(status: number, text: string): Answer {
  const body = readJson(text)
  if (!isNode(body)) return unreadable(`it answered ${status} with something that is not JSON`)
  if (body['status'] === 'error') {
    return {
      kind: 'rejected',
      words: `${textOf(body['errorType']) ?? status}: ${textOf(body['error']) ?? 'it does not say why'}`,
    }
  }
  const data = body['data']
  if (status !== 200 || body['status'] !== 'success' || !isNode(data))
    return unreadable(`it answered ${status} with something that is not an answer of Prometheus`)
  return readResult(String(data['resultType']), data['result'])
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function readResult(type: string, result: unknown): Answer {
  switch (type) {
    case 'vector': {
      const samples = listOf(result).map(sampleOf)
      return samples.every((one) => one !== undefined) ? { kind: 'samples', samples } : misshapen(type)
    }
    case 'scalar': {
      const value = pointOf(result)?.[1]
      return value === undefined ? misshapen(type) : { kind: 'samples', samples: [{ labels: {}, value }] }
    }
    case 'matrix': {
      const series = listOf(result).map((one) => (isNode(one) ? listOf(one['values']).map(pointOf) : [undefined]))
      const whole = series.map((points) => points.filter((point) => point !== undefined))
      return series.every((points, i) => points.length === whole[i]?.length)
        ? { kind: 'series', series: whole }
        : misshapen(type)
    }
    default:
      return { kind: 'rejected', words: `the query gives a ${type}, not numbers` }
  }
}

function sampleOf(one: unknown): Sample | undefined {
  if (!isNode(one) || !isNode(one['metric'])) return undefined
  const value = pointOf(one['value'])?.[1]
  if (value === undefined) return undefined
  const labels = Object.fromEntries(Object.entries(one['metric']).map(([name, text]) => [name, String(text)]))
  return { labels, value }
}

/** `[seconds, "value"]`; the value is a text because JSON has no NaN. */
function pointOf(one: unknown): readonly [at: number, value: number] | undefined {
  const [at, text] = listOf(one)
  if (typeof at !== 'number' || typeof text !== 'string') return undefined
  return [at * 1000, numberOf(text)]
}

function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}

function misshapen(type: string): Answer {
  return unreadable(`it answered with a ${type} of an unknown shape`)
}

function unreadable(words: string): Answer {
  return { kind: 'unreadable', words }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // a proxy's page, or a cut answer: the caller says so
    return undefined
  }
}

type Node = { readonly [member: string]: unknown }

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
