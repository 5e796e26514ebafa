import { addresses, type Place, permits, type RouteName, type Session, verbs } from '@rampart/contract/admin'

/** Whether somebody may do what a route does, and if not, why. */
export type Permission = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** Reads what a route needs from the route table, so that a button and the server never disagree. */
export function permissionFor(session: Pick<Session, 'scopes'>, route: RouteName, place: Place): Permission {
  const { needs } = addresses[route]
  if (needs === 'anyone' || needs === 'signed-in') return { ok: true }
  if (permits(session.scopes, needs, place)) return { ok: true }
  const have = verbs.filter((verb) => permits(session.scopes, verb, place))
  const where = place.environment ?? place.project ?? 'this installation'
  return {
    ok: false,
    why: `Needs ${needs} in ${where}; you have ${have.length === 0 ? 'no right there' : have.join(', ')}.`,
  }
}
