import type { Flag } from '@rampart/contract/admin'
import { useState } from 'react'
import { usePermission } from '../queries/session.ts'
import { Card } from './card.tsx'
import { CommandButton } from './command-button.tsx'
import { EditVariationsDialog } from './edit-variations-dialog.tsx'
import { sayValue } from './variation-draft.ts'
import styles from './variations-card.module.css'

/** The values that a flag can give. Those of a boolean flag are what they are. */
export function VariationsCard({ project, flag }: { readonly project: string; readonly flag: Flag }) {
  const permission = usePermission('patchFlag', { project })
  const [editing, setEditing] = useState(false)
  return (
    <Card
      title="Variations"
      aside={
        flag.type !== 'boolean' && (
          <CommandButton permission={permission} variant="default" size="xs" onClick={() => setEditing(true)}>
            Edit variations…
          </CommandButton>
        )
      }
    >
      <dl className={styles['values']}>
        {flag.variations.map(({ key, value }) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>
              <code>{sayValue(value)}</code>
            </dd>
          </div>
        ))}
      </dl>
      {editing && <EditVariationsDialog project={project} flag={flag} onClose={() => setEditing(false)} />}
    </Card>
  )
}
