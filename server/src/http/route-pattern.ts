import { routePath } from 'hono/route'
import type { AppContext } from './app-env.ts'

/**
 * The pattern of the address that answers, such as `/api/v1/projects/:project`; undefined when it is nobody's in particular.
 * Read after the answer was made.
 */
export function routePattern(c: AppContext): string | undefined {
  // that of the handler which was reached last; others that match may stand behind it
  const pattern = routePath(c)
  return pattern.endsWith('*') ? undefined : pattern
}
