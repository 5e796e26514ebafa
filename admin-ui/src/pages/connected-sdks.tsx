import type { Environment } from '@rampart/contract/admin'
import { useParams } from '@tanstack/react-router'
import { Card, Quiet, Waiting } from '../parts/card.tsx'
import { cx } from '../parts/cx.ts'
import { EnvironmentName } from '../parts/environment-mark.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { byNeed, newestOf, sayHeld } from '../parts/held-words.ts'
import { Ago } from '../parts/moment.tsx'
import { sayCount } from '../parts/percent.ts'
import { useTitle } from '../parts/use-title.ts'
import { useInstances } from '../queries/instances.ts'
import { useEnvironments } from '../queries/projects.ts'
import styles from './connected-sdks.module.css'

/** More are counted and not listed: nobody reads them. */
const SHOWN = 100

/** Who is there, and what each holds: where to look when a change does not arrive. */
export function ConnectedSdksPage() {
  useTitle('Connected SDKs')
  const { project } = useParams({ from: '/signed-in/p/$project/settings/connected-sdks' })
  const environments = useEnvironments(project)
  return (
    <>
      <p className={styles['about']}>
        Services that were heard of in the last day, with the revision of the environment that each holds. Pages are not
        listed.
      </p>
      {environments.map((environment) => (
        <InstancesOf key={environment.key} project={project} environment={environment} />
      ))}
    </>
  )
}

function InstancesOf({ project, environment }: { readonly project: string; readonly environment: Environment }) {
  const { data, error, refetch } = useInstances(project, environment.key)
  const connected = data?.filter((instance) => instance.connected).length ?? 0
  const newest = newestOf(environment.revision, data ?? [])
  return (
    <Card
      flush
      title={<EnvironmentName environment={environment} />}
      aside={data !== undefined && <span className={styles['small']}>{sayCount(connected)} connected</span>}
    >
      {data === undefined && (
        <div className={styles['row']}>
          {error === null ? (
            <Waiting />
          ) : (
            <FailureCard what="Its SDKs could not be loaded" error={error} onRetry={() => void refetch()} />
          )}
        </div>
      )}
      {data?.length === 0 && (
        <div className={styles['row']}>
          <Quiet>No SDK has asked for this environment in the last day.</Quiet>
        </div>
      )}
      <ul>
        {byNeed(data ?? [])
          .slice(0, SHOWN)
          .map((instance) => (
            <li key={instance.instance} className={styles['row']}>
              <div className={styles['words']}>
                <strong>{instance.app?.name ?? 'An application without a name'}</strong>
                {instance.app?.version !== undefined && <span>{instance.app.version}</span>}
                <code>{instance.instance.slice(0, 8)}</code>
              </div>
              <span className={styles['small']}>
                {instance.sdk === null ? 'unknown SDK' : `${instance.sdk.name} ${instance.sdk.version}`}
              </span>
              <span className={cx(styles['small'], (instance.revision ?? newest) < newest && styles['behind'])}>
                {sayHeld(instance.revision, newest)}
              </span>
              <span className={styles['small']}>
                {instance.connected ? (
                  'connected'
                ) : (
                  <>
                    seen <Ago at={instance.seenAt} />
                  </>
                )}
              </span>
            </li>
          ))}
      </ul>
      {data !== undefined && data.length > SHOWN && (
        <div className={styles['row']}>
          <Quiet>and {sayCount(data.length - SHOWN)} more</Quiet>
        </div>
      )}
    </Card>
  )
}
