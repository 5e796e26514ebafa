import { Button } from '@mantine/core'
import { failureOf } from '../queries/failure.ts'
import { useArchiveFlag } from '../queries/flags.ts'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { FailureCard } from './failure-card.tsx'

interface ArchiveDialogProps {
  readonly project: string
  readonly flag: string
  readonly onClose: () => void
}

/** Archiving takes nothing from anybody: what asks for the flag goes on getting the same. */
export function ArchiveDialog({ project, flag, onClose }: ArchiveDialogProps) {
  const archive = useArchiveFlag(project, flag)
  const users = archive.error === null ? [] : usersIn(failureOf(archive.error).current)
  return (
    <Dialog onClose={onClose} title={`Archive ${flag}?`}>
      <div className={styles['form']}>
        <p>
          It leaves the list of flags. Code that still asks for it keeps getting what it gets now, in every environment,
          and it can be brought back.
        </p>
        {archive.error !== null && <FailureCard what="It was not archived" error={archive.error} />}
        {users.length > 0 && (
          <ul className={styles['points']}>
            {users.map((user) => (
              <li key={user}>{user}</li>
            ))}
          </ul>
        )}
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            loading={archive.isPending}
            onClick={() => archive.mutate(true, { onSuccess: onClose })}
            data-autofocus
          >
            Archive {flag}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** Who relies on it, where that is why the server refused. */
function usersIn(current: unknown): readonly string[] {
  return Array.isArray(current) ? current.filter((one) => typeof one === 'string') : []
}
