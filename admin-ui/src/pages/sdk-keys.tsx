import type { Environment, SdkKey } from '@rampart/contract/admin'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Card, Quiet, Waiting } from '../parts/card.tsx'
import { CommandButton } from '../parts/command-button.tsx'
import { CreateSdkKeyDialog } from '../parts/create-sdk-key-dialog.tsx'
import { EnvironmentName } from '../parts/environment-mark.tsx'
import { FailureCard } from '../parts/failure-card.tsx'
import { IconPlus } from '../parts/icons.ts'
import { Ago } from '../parts/moment.tsx'
import { RevokeSdkKeyDialog } from '../parts/revoke-sdk-key-dialog.tsx'
import { useTitle } from '../parts/use-title.ts'
import { permissionFor } from '../queries/permission.ts'
import { useEnvironments } from '../queries/projects.ts'
import { useSdkKeys } from '../queries/sdk-keys.ts'
import { usePermission, useSession } from '../queries/session.ts'
import styles from './sdk-keys.module.css'

/** What applications read their flags with: by environment, made and revoked. */
export function SdkKeysPage() {
  useTitle('SDK keys')
  const { project } = useParams({ from: '/signed-in/p/$project/settings/sdk-keys' })
  const environments = useEnvironments(project)
  const session = useSession()
  const [creating, setCreating] = useState(false)
  const mine = environments.filter(
    ({ key: environment }) => permissionFor(session, 'createSdkKey', { project, environment }).ok,
  )
  const nowhere = permissionFor(session, 'createSdkKey', { project })
  return (
    <>
      <div className={styles['head']}>
        <p>
          An application reads its flags with an SDK key, of one environment. Services have a secret one, pages a public
          one.
        </p>
        <CommandButton
          permission={mine.length > 0 ? { ok: true } : nowhere}
          leftSection={<IconPlus size={16} />}
          onClick={() => setCreating(true)}
        >
          New SDK key
        </CommandButton>
      </div>
      {environments.map((environment) => (
        <KeysOf key={environment.key} project={project} environment={environment} />
      ))}
      {creating && <CreateSdkKeyDialog project={project} environments={mine} onClose={() => setCreating(false)} />}
    </>
  )
}

function KeysOf({ project, environment }: { readonly project: string; readonly environment: Environment }) {
  const permission = usePermission('listSdkKeys', { project, environment: environment.key })
  const keys = useSdkKeys(project, environment.key, permission.ok)
  const [revoking, setRevoking] = useState<SdkKey>()
  return (
    <Card flush title={<EnvironmentName environment={environment} />}>
      {!permission.ok && (
        <div className={styles['row']}>
          <Quiet>{permission.why}</Quiet>
        </div>
      )}
      {permission.ok && keys.data === undefined && (
        <div className={styles['row']}>
          {keys.error === null ? (
            <Waiting />
          ) : (
            <FailureCard what="Its keys could not be loaded" error={keys.error} onRetry={() => void keys.refetch()} />
          )}
        </div>
      )}
      {keys.data?.length === 0 && (
        <div className={styles['row']}>
          <Quiet>No SDK key yet: nothing can read the flags of this environment.</Quiet>
        </div>
      )}
      <ul>
        {keys.data?.map((key) => (
          <li key={key.id} className={styles['row']}>
            <div className={styles['words']}>
              <strong>{key.name}</strong>
              <code>{key.prefix}</code>
            </div>
            <span className={styles['small']}>{key.kind === 'client' ? 'Client, public' : 'Server, secret'}</span>
            <span className={styles['small']}>
              {key.lastUsedAt === null ? (
                'not used yet'
              ) : (
                <>
                  used <Ago at={key.lastUsedAt} />
                </>
              )}
            </span>
            <CommandButton permission={permission} danger size="compact-sm" onClick={() => setRevoking(key)}>
              Revoke…
            </CommandButton>
          </li>
        ))}
      </ul>
      {revoking !== undefined && (
        <RevokeSdkKeyDialog
          project={project}
          environment={environment}
          sdkKey={revoking}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </Card>
  )
}
