import type { ProblemCode } from '../../errors.ts'
import type { RouteName } from '../addresses.ts'
import { type Route, routes } from '../routes.ts'
import { operations } from './operations.ts'

/** Every problem that an operation can answer with: those of its kind, then its own. */
export function problemsOf(name: RouteName): readonly ProblemCode[] {
  const route: Route = routes[name]
  return [...new Set([...ofKind(route), ...(operations[name].problems ?? [])])]
}

function ofKind({ needs, method, path, body }: Route): readonly ProblemCode[] {
  const writes = method !== 'GET'
  return [
    'malformed',
    ...(needs === 'anyone' ? [] : (['unauthenticated', 'wrong_kind_of_key'] as const)),
    // a session may only write from pages of the server itself
    ...(needs === 'anyone' || (needs === 'signed-in' && !writes) ? [] : (['forbidden'] as const)),
    ...(path.includes(':') ? (['not_found'] as const) : []),
    ...(body === null ? [] : (['too_large', 'unsupported_media_type'] as const)),
    'invalid',
    'internal',
  ]
}
