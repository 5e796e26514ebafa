import { Hono } from 'hono'
import type { Logger } from 'pino'
import { mountWebhooks } from './alerts/webhooks.ts'
import { mountAudit } from './audit/routes.ts'
import type { Clock } from './clock.ts'
import type { Delivery } from './delivery/delivery.ts'
import { mountEnvironments } from './environments/routes.ts'
import type { Environments } from './environments/service.ts'
import { mountExplain } from './explain/routes.ts'
import type { Catalogue } from './flags/catalogue.ts'
import type { Configs } from './flags/configs.ts'
import type { Kill } from './flags/kill.ts'
import type { KillUrls } from './flags/kill-url.ts'
import { mountKillUrls } from './flags/kill-url-routes.ts'
import { mountFlags } from './flags/routes.ts'
import type { App, AppEnv } from './http/app-env.ts'
import type { Auth } from './http/auth.ts'
import { handleErrors } from './http/errors.ts'
import { mountHealth } from './http/health.ts'
import { identifyRequests } from './http/requests.ts'
import { secureHeaders } from './http/security-headers.ts'
import { mountUi } from './http/static-ui.ts'
import type { Ingest } from './ingest/ingest.ts'
import { mountKeys } from './keys/routes.ts'
import type { Keys } from './keys/service.ts'
import { mountLayers } from './layers/routes.ts'
import type { Layers } from './layers/service.ts'
import type { Metrics } from './metrics/registry.ts'
import { mountMetrics, timeAnswers } from './metrics/routes.ts'
import { mountOfrep } from './ofrep/routes.ts'
import { saidInOfrep } from './ofrep/said-in-ofrep.ts'
import { mountPeople } from './people/routes.ts'
import type { People } from './people/service.ts'
import { mountPlans } from './ramp/plan-routes.ts'
import { mountRamps } from './ramp/routes.ts'
import type { RampService } from './ramp/service.ts'
import { mountReference } from './reference/routes.ts'
import { mountSegments } from './segments/routes.ts'
import type { Segments } from './segments/service.ts'
import { type MountedSources, mountSources } from './sources/routes.ts'
import type { Store } from './store/store.ts'
import { mountTotals } from './totals/routes.ts'

/** Everything that answers requests, built and ready. */
export interface AppParts {
  readonly auth: Auth
  readonly log: Logger
  readonly store: Store
  readonly clock: Clock
  readonly publicUrl: () => URL
  readonly version: string
  readonly isEnding: () => boolean
  /** Where the built admin UI is. */
  readonly uiFolder: string
  readonly environments: Environments
  readonly catalogue: Catalogue
  readonly configs: Configs
  readonly kill: Kill
  readonly killUrls: KillUrls
  readonly segments: Segments
  readonly layers: Layers
  readonly metricSources: MountedSources['metricSources']
  readonly metricDefinitions: MountedSources['metricDefinitions']
  readonly pushing: MountedSources['pushing']
  readonly keys: Keys
  readonly people: People
  readonly ramps: RampService
  readonly delivery: Delivery
  readonly ingest: Ingest
  readonly metrics: Metrics
}

/** One application for everything on the port: management, SDKs, kill URLs, health, and the admin UI for the rest. */
export function createApp(parts: AppParts): App {
  const app: App = new Hono<AppEnv>()
  timeAnswers(app, parts.metrics)
  identifyRequests(app, parts)
  secureHeaders(app)
  handleErrors(app)
  mountHealth(app, parts)
  mountMetrics(app, parts.metrics)
  mountEnvironments(app, parts)
  mountFlags(app, parts)
  mountExplain(app, parts)
  mountKillUrls(app, parts.killUrls)
  mountSegments(app, parts.segments)
  mountLayers(app, parts.layers)
  mountSources(app, parts)
  mountKeys(app, parts.keys, parts.publicUrl)
  mountPeople(app, parts.people, parts.publicUrl)
  mountPlans(app, parts)
  mountRamps(app, parts.ramps)
  mountWebhooks(app, parts)
  mountTotals(app, parts)
  mountAudit(app, parts.store)
  mountReference(app, parts)
  // before what refuses origins: such a refusal is said in the words of the protocol too
  app.use('/ofrep/v1/*', saidInOfrep)
  parts.delivery.mount(app)
  parts.ingest.mount(app)
  mountOfrep(app, parts)
  mountUi(app, parts.uiFolder)
  return app
}
