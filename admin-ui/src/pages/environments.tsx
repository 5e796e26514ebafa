import type { Environment } from '@rampart/contract/admin'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Card } from '../parts/card.tsx'
import { CommandButton } from '../parts/command-button.tsx'
import { CreateEnvironmentDialog } from '../parts/create-environment-dialog.tsx'
import { EditEnvironmentDialog } from '../parts/edit-environment-dialog.tsx'
import { EnvironmentName } from '../parts/environment-mark.tsx'
import { IconPencil, IconPlus } from '../parts/icons.ts'
import { useTitle } from '../parts/use-title.ts'
import { useEnvironments } from '../queries/projects.ts'
import { usePermission } from '../queries/session.ts'
import styles from './environments.module.css'

/** The places that flags are served to: what each protects, and what it tells browsers. */
export function EnvironmentsPage() {
  useTitle('Environments')
  const { project } = useParams({ from: '/signed-in/p/$project/settings/environments' })
  const environments = useEnvironments(project)
  const permission = usePermission('createEnvironment', { project })
  const [creating, setCreating] = useState(false)
  return (
    <>
      <div className={styles['head']}>
        <p>A flag has its own switch, rules and share in each environment.</p>
        <CommandButton permission={permission} leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
          New environment
        </CommandButton>
      </div>
      {environments.map((environment) => (
        <EnvironmentCard key={environment.key} project={project} environment={environment} />
      ))}
      {creating && <CreateEnvironmentDialog project={project} onClose={() => setCreating(false)} />}
    </>
  )
}

function EnvironmentCard({ project, environment }: { readonly project: string; readonly environment: Environment }) {
  const permission = usePermission('patchEnvironment', { project, environment: environment.key })
  const [editing, setEditing] = useState(false)
  const { origins, privateAttributes, requiredPlan } = environment
  return (
    <Card
      title={<EnvironmentName environment={environment} />}
      aside={
        <CommandButton
          permission={permission}
          variant="default"
          size="compact-sm"
          leftSection={<IconPencil size={14} />}
          onClick={() => setEditing(true)}
        >
          Edit…
        </CommandButton>
      }
    >
      <dl className={styles['facts']}>
        <div>
          <dt>Class</dt>
          <dd>{environment.class}</dd>
        </div>
        <div>
          <dt>Protected</dt>
          <dd>{environment.protected ? 'yes: changes that raise who gets something are confirmed' : 'no'}</dd>
        </div>
        <div>
          <dt>Pages that may use its client keys</dt>
          <dd>{origins.length === 0 ? 'of every origin' : origins.join(', ')}</dd>
        </div>
        <div>
          <dt>Private attributes</dt>
          <dd>{privateAttributes.length === 0 ? 'none' : privateAttributes.join(', ')}</dd>
        </div>
        {requiredPlan !== null && (
          <div>
            <dt>Required plan</dt>
            <dd>{requiredPlan}</dd>
          </div>
        )}
      </dl>
      {editing && (
        <EditEnvironmentDialog project={project} environment={environment} onClose={() => setEditing(false)} />
      )}
    </Card>
  )
}
