import { Button } from '@mantine/core'
import type { AuditEntry } from '@rampart/contract/admin'
import { useQuery } from '@tanstack/react-query'
import { configQuery, usePutConfig } from '../queries/flags.ts'
import { useEnvironments } from '../queries/projects.ts'
import { Waiting } from './card.tsx'
import dialog from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { FailureCard } from './failure-card.tsx'
import { showDone } from './notices.tsx'
import { settingsOf } from './rules-draft.ts'
import { SettingsDialog } from './settings-dialog.tsx'
import { same } from './settings-fields.ts'
import { settingsIn } from './settings-in.ts'

interface RestoreSettingsProps {
  readonly project: string
  readonly entry: AuditEntry
  readonly onClose: () => void
}

/** Puts a flag back to how it was before an entry of the audit; what was changed since then is undone with it. */
export function RestoreSettings({ project, entry, onClose }: RestoreSettingsProps) {
  const { key: flag, environment: key = '' } = entry.subject
  const place = { project, environment: key, flag }
  const environment = useEnvironments(project).find((one) => one.key === key)
  const config = useQuery(configQuery(place))
  const save = usePutConfig(place)
  const wanted = settingsIn(entry.before)
  const title = `Restore ${flag} to before entry ${entry.n}`

  if (config.data === undefined || environment === undefined || wanted === undefined) {
    const failed = config.error !== null && config.data === undefined
    return (
      <Dialog onClose={onClose} title={title}>
        {failed && (
          <FailureCard what="The flag could not be loaded" error={config.error} onRetry={() => void config.refetch()} />
        )}
        {!failed && config.isPending && <Waiting />}
        {config.data !== undefined && (
          <p>
            What was before this entry cannot be had back: its configuration or its environment is not there any more.
          </p>
        )}
      </Dialog>
    )
  }
  const before = settingsOf(config.data)
  if (same(before, wanted)) {
    return (
      <Dialog onClose={onClose} title={title}>
        <div className={dialog['form']}>
          <p>It is configured now just as it was before that entry. There is nothing to restore.</p>
          <div className={dialog['foot']}>
            <Button data-autofocus onClick={onClose}>
              Close
            </Button>
          </div>
        </div>
      </Dialog>
    )
  }
  const { revision } = config.data
  return (
    <SettingsDialog
      title={title}
      action="Restore"
      environment={environment}
      before={before}
      after={wanted}
      command={save}
      onConfirm={() =>
        save.mutate(
          { settings: wanted, ifMatch: revision },
          {
            onSuccess: ({ item }) => {
              showDone(`${flag} is as it was before entry ${entry.n}, as revision ${item.revision}`)
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      {entry.revisions.some((one) => one.environment === key && one.revision < revision) && (
        <p className={dialog['aside']}>What was changed since then is undone with it; all of it is listed above.</p>
      )}
    </SettingsDialog>
  )
}
