import type { RouteName } from './addresses.ts'
import { environmentRoutes } from './routes/environments.ts'
import { figureRoutes } from './routes/figures.ts'
import { flagRoutes } from './routes/flags.ts'
import { historyRoutes } from './routes/history.ts'
import { peopleRoutes } from './routes/people.ts'
import { rampRoutes } from './routes/ramps.ts'
import type { Route } from './routes/route.ts'
import { segmentRoutes } from './routes/segments.ts'

export type { Route } from './routes/route.ts'

/**
 * What goes in and out of every address of the management API: the server checks by it, the typed client has its types
 * from it. A body that is not required in practice (`kill` by plain curl) reads an empty request as `{}`.
 */
export const routes = {
  ...peopleRoutes,
  ...environmentRoutes,
  ...flagRoutes,
  ...segmentRoutes,
  ...rampRoutes,
  ...figureRoutes,
  ...historyRoutes,
} as const satisfies { readonly [N in RouteName]: Route }

export type Routes = typeof routes
