import { type Session as Asker, permits, sayDuration, type Verb, verbs } from '@rampart/contract/admin'
import type { Problem } from '@rampart/contract/errors'
import { plain } from '../output/plain.ts'
import { type Check, fail, ok, warn } from './check.ts'

const DAY_MS = 86_400_000
const SOON_MS = 14 * DAY_MS

/** Who asks, what they may do and until when. `now` is the server's time. */
export function checkToken({ kind, name, scopes, expiresAt }: Asker, now: number): Check {
  const who = `${plain(name)} (${kind === 'person' ? 'a person' : 'a token'}): ${scopes.map(plain).join(', ')}`
  const measured = { kind, name, scopes: scopes.join(' '), expiresAt: expiresAt ?? null }
  if (expiresAt === undefined || expiresAt === null)
    return ok(
      'token',
      `${who}; ${expiresAt === null ? 'never expires' : 'this server does not tell its end'}`,
      measured,
    )
  const left = Date.parse(expiresAt) - now
  const words = `${who}; expires in ${sayDuration(left)}, on ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`
  if (left > SOON_MS) return ok('token', words, measured)
  return warn('token', words, 'Make a new one in time: rampart tokens create.', measured)
}

/** The server does not take the token. */
export function refusedToken({ detail, hint }: Pick<Problem, 'detail' | 'hint'>): Check {
  return fail('token', plain(detail), plain(hint ?? 'Make a new one: rampart tokens create, with a token that may.'))
}

/** What is told to do what, in the words of the commands. */
const NEEDS: Readonly<Record<Verb, string>> = {
  read: 'look',
  write: 'change flags',
  ramp: 'ramp',
  approve: 'approve',
  kill: 'kill',
  admin: 'administer',
}

export interface Place {
  readonly project: string
  readonly environment: string | undefined
}

/** What the token may do where the commands would work. */
export function checkRights(scopes: readonly string[], place: Place): Check {
  const { project, environment } = place
  const where = environment === undefined ? project : `${project}/${environment}`
  const at = environment === undefined ? { project } : { project, environment }
  const may = verbs.filter((verb) => permits(scopes, verb, at))
  const mayNot = verbs.filter((verb) => !may.includes(verb))
  const measured = { project, environment: environment ?? null, may: may.join(' ') }
  if (may.length === 0 && environment === undefined && scopes.some((scope) => scope.includes(`@${project}/`)))
    return warn('rights', `its scopes are for single environments of ${project}`, 'Name one with -e.', measured)
  if (may.length === 0)
    return fail(
      'rights',
      `in ${where} this token may do nothing`,
      `Use one with a scope such as ramp@${where}.`,
      measured,
    )
  const lacks = mayNot.length === 0 ? '' : `; not ${mayNot.map((verb) => NEEDS[verb]).join(', ')}`
  return ok('rights', `in ${where} it may ${may.map((verb) => NEEDS[verb]).join(', ')}${lacks}`, measured)
}

/** The project or the environment cannot be read. */
export function refusedPlace({ detail, hint }: Pick<Problem, 'detail' | 'hint'>): Check {
  return fail(
    'rights',
    plain(detail),
    plain(hint ?? 'Mend -p or -e: rampart projects list and rampart env list have them.'),
  )
}
