import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router'
import { NotFoundAlone } from './parts/not-found.tsx'
import { PageFailure } from './parts/page-failure.tsx'
import { PageSkeleton } from './parts/page-skeleton.tsx'
import { lastEnvironment, lastProject } from './parts/remembered.ts'
import { Shell } from './parts/shell.tsx'
import { failureOf, isSignedOut } from './queries/failure.ts'
import { environmentsQuery, projectsQuery } from './queries/projects.ts'
import { sessionQuery } from './queries/session.ts'

interface Context {
  readonly client: QueryClient
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFoundAlone })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { token?: string; next?: string } => ({
    ...(typeof search['token'] === 'string' ? { token: search['token'] } : {}),
    ...(typeof search['next'] === 'string' ? { next: search['next'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(sessionQuery)
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { next: location.href } })
      throw error
    }
  },
  component: Outlet,
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async ({ context }) => {
    const projects = await context.client.ensureQueryData(projectsQuery)
    const last = lastProject()
    const project = projects.find(({ key }) => key === last) ?? projects[0]
    if (project !== undefined) throw redirect({ to: '/p/$project/flags', params: { project: project.key } })
  },
  component: lazyRouteComponent(() => import('./pages/first-project.tsx'), 'FirstProjectPage'),
})

const project = createRoute({
  getParentRoute: () => signedIn,
  path: '/p/$project',
  loader: async ({ context: { client }, params }) => {
    try {
      await Promise.all([
        client.ensureQueryData(projectsQuery),
        client.ensureQueryData(environmentsQuery(params.project)),
      ])
    } catch (error) {
      if (failureOf(error).code === 'not_found') throw notFound()
      throw error
    }
  },
  component: Shell,
})

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$project/flags', params })
  },
})

const flags = createRoute({
  getParentRoute: () => project,
  path: '/flags',
  validateSearch: (search): { q?: string; archived?: 'true' } => ({
    ...(typeof search['q'] === 'string' && search['q'] !== '' ? { q: search['q'] } : {}),
    ...(search['archived'] === 'true' ? { archived: 'true' } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/flags.tsx'), 'FlagsPage'),
})

const flagHome = createRoute({
  getParentRoute: () => project,
  path: '/flags/$flag',
  beforeLoad: async ({ context, params }) => {
    const environments = await context.client.ensureQueryData(environmentsQuery(params.project))
    const last = lastEnvironment(params.project)
    const environment = environments.find(({ key }) => key === last) ?? environments[0]
    if (environment === undefined) throw redirect({ to: '/p/$project/flags', params })
    throw redirect({
      to: '/p/$project/flags/$flag/$environment',
      params: { ...params, environment: environment.key },
      replace: true,
    })
  },
})

const flag = createRoute({
  getParentRoute: () => project,
  path: '/flags/$flag/$environment',
  component: lazyRouteComponent(() => import('./pages/flag.tsx'), 'FlagPage'),
})

const ramps = createRoute({
  getParentRoute: () => project,
  path: '/ramps',
  component: lazyRouteComponent(() => import('./pages/ramps.tsx'), 'RampsPage'),
})

const ramp = createRoute({
  getParentRoute: () => project,
  path: '/ramps/$id',
  component: lazyRouteComponent(() => import('./pages/ramp.tsx'), 'RampPage'),
})

const segments = createRoute({
  getParentRoute: () => project,
  path: '/segments',
  component: lazyRouteComponent(() => import('./pages/segments.tsx'), 'SegmentsPage'),
})

const segment = createRoute({
  getParentRoute: () => project,
  path: '/segments/$segment',
  component: lazyRouteComponent(() => import('./pages/segment.tsx'), 'SegmentPage'),
})

const activity = createRoute({
  getParentRoute: () => project,
  path: '/activity',
  validateSearch: (search): { environment?: string; subject?: string } => ({
    ...(typeof search['environment'] === 'string' ? { environment: search['environment'] } : {}),
    ...(typeof search['subject'] === 'string' ? { subject: search['subject'] } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/activity.tsx'), 'ActivityPage'),
})

const settings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsPage'),
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$project/settings/sdk-keys', params, replace: true })
  },
})

const sdkKeys = createRoute({
  getParentRoute: () => settings,
  path: '/sdk-keys',
  component: lazyRouteComponent(() => import('./pages/sdk-keys.tsx'), 'SdkKeysPage'),
})

const connectedSdks = createRoute({
  getParentRoute: () => settings,
  path: '/connected-sdks',
  component: lazyRouteComponent(() => import('./pages/connected-sdks.tsx'), 'ConnectedSdksPage'),
})

const environments = createRoute({
  getParentRoute: () => settings,
  path: '/environments',
  component: lazyRouteComponent(() => import('./pages/environments.tsx'), 'EnvironmentsPage'),
})

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    project.addChildren([
      projectHome,
      flags,
      flagHome,
      flag,
      ramps,
      ramp,
      segments,
      segment,
      activity,
      settings.addChildren([settingsHome, sdkKeys, connectedSdks, environments]),
    ]),
  ]),
])

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    // queries decide what is fresh
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: PageFailure,
    defaultNotFoundComponent: NotFoundAlone,
    scrollRestoration: true,
    // every search parameter is text: a search for 123 is no number
    parseSearch: parseSearchWith((text) => text),
    stringifySearch: stringifySearchWith(String),
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
