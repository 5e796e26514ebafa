import { problems } from '../../errors.ts'
import type { RouteName } from '../addresses.ts'
import { type Route, routes } from '../routes.ts'
import { operations } from './operations.ts'
import { problemSchema } from './problem.ts'
import { problemsOf } from './problems-of.ts'

/** An answer as it was received. `body` is its JSON, or undefined when there was none. */
export interface Answer {
  readonly method: string
  /** The path that was asked, without the query. */
  readonly path: string
  readonly status: number
  readonly body: unknown
}

/**
 * What an answer of the management API has that its description does not, in words; undefined when it is as described.
 * Stricter than a reader has to be: a member that is not described is a difference.
 */
export function undescribed(answer: Answer): string | undefined {
  const name = routeAt(answer)
  if (name === undefined) return undefined
  const difference = differenceOf(name, answer)
  return difference === undefined ? undefined : `${name} answered ${answer.status}: ${difference}`
}

function differenceOf(name: RouteName, { status, body }: Answer): string | undefined {
  const route: Route = routes[name]
  if (status >= 400) return problemDifference(name, status, body)
  if (status === 304) return operations[name].hasEtag === true ? undefined : 'no ETag is described'
  if (status !== route.status && status !== operations[name].also?.status) return 'this status is not described'
  if (route.response === null) return body === undefined ? undefined : 'a body is not described'
  const read = route.response.safeParse(body)
  if (!read.success) return read.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; ')
  // what the schema does not know is gone from what it has read
  return firstDifference(body, read.data, '')
}

function problemDifference(name: RouteName, status: number, body: unknown): string | undefined {
  if (!isRecord(body)) return 'it is no problem document'
  const code = problemsOf(name).find((known) => known === body['code'])
  if (code === undefined) return `the problem ${String(body['code'])} is not described`
  if (problems[code].status !== status) return `${code} has status ${problems[code].status}`
  const known = isRecord(problemSchema['properties']) ? Object.keys(problemSchema['properties']) : []
  const more = Object.keys(body).filter((member) => !known.includes(member))
  return more.length === 0 ? undefined : `members of a problem that are not described: ${more.join(', ')}`
}

function routeAt({ method, path }: Answer): RouteName | undefined {
  const parts = path.split('/')
  return names.find((name) => {
    const wanted = routes[name].path.split('/')
    if (routes[name].method !== method || wanted.length !== parts.length) return false
    return wanted.every((part, i) => part.startsWith(':') || part === parts[i])
  })
}

const names = Object.keys(routes).filter((name): name is RouteName => name in routes)

function firstDifference(sent: unknown, read: unknown, at: string): string | undefined {
  if (Array.isArray(sent) && Array.isArray(read)) {
    for (const [i, one] of sent.entries()) {
      const difference = firstDifference(one, read[i], `${at}/${i}`)
      if (difference !== undefined) return difference
    }
    return undefined
  }
  if (isRecord(sent) && isRecord(read)) {
    for (const [name, one] of Object.entries(sent)) {
      if (!Object.hasOwn(read, name)) return `${at}/${name} is not described`
      const difference = firstDifference(one, read[name], `${at}/${name}`)
      if (difference !== undefined) return difference
    }
    return undefined
  }
  return sent === read ? undefined : `${at} is ${String(sent)} and reads as ${String(read)}`
}

function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
