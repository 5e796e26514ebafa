import { Button, TextInput, VisuallyHidden } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useEnvironments } from '../queries/projects.ts'
import type { Use } from '../queries/segments.ts'
import { CommandFailure } from './change-dialog.tsx'
import dialog from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import styles from './segment-dialogs.module.css'
import type { segmentChanges } from './segment-draft.ts'

interface Command {
  readonly isPending: boolean
  readonly error: unknown
}

interface SaveSegmentDialogProps {
  readonly project: string
  readonly segment: string
  readonly changes: ReturnType<typeof segmentChanges>
  readonly uses: readonly Use[]
  readonly command: Command
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** The review of a segment: what changes in it, and every rule that changes with it. */
export function SaveSegmentDialog(props: SaveSegmentDialogProps) {
  const { project, segment, changes, uses, command, onConfirm, onClose } = props
  const environments = useEnvironments(project)
  const [typed, setTyped] = useState('')
  const isProtected = uses.some(
    (use) =>
      // what uses it through another segment is not looked up: it may be anywhere
      use.kind === 'segment' || environments.find(({ key }) => key === use.environment)?.protected === true,
  )
  const ready = !isProtected || typed === segment
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) onConfirm()
  }
  return (
    <Dialog onClose={onClose} title={`Save segment ${segment}`}>
      <form onSubmit={submit} className={dialog['form']}>
        <dl className={styles['changes']}>
          {changes.map(({ what, before, after }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>
                <span className={styles['before']}>{before}</span>
                <span aria-hidden="true">→</span>
                <VisuallyHidden>becomes</VisuallyHidden>
                <strong>{after}</strong>
              </dd>
            </div>
          ))}
        </dl>
        {uses.length === 0 ? (
          <p>Nothing uses it yet, so nobody gets anything else.</p>
        ) : (
          <>
            <p>In all environments it changes at once who gets what:</p>
            <ul className={dialog['points']}>
              {uses.map((use) => {
                const words =
                  use.kind === 'segment'
                    ? `whatever uses segment ${use.segment}`
                    : `${use.flag} in ${use.environment}, rule “${use.rule}”`
                return <li key={words}>{words}</li>
              })}
            </ul>
          </>
        )}
        {isProtected && (
          <TextInput
            label={
              <>
                Type <code>{segment}</code> to confirm
              </>
            }
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            data-autofocus
          />
        )}
        <CommandFailure error={command.error} />
        <div className={dialog['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={command.isPending} disabled={!ready}>
            Save segment
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface DeleteSegmentDialogProps {
  readonly segment: string
  readonly command: Command
  readonly onConfirm: () => void
  readonly onClose: () => void
}

export function DeleteSegmentDialog({ segment, command, onConfirm, onClose }: DeleteSegmentDialogProps) {
  return (
    <Dialog onClose={onClose} title={`Delete segment ${segment}`}>
      <div className={dialog['form']}>
        <p>Nothing uses it. Its condition and lists stay in the activity, and nowhere else.</p>
        <CommandFailure error={command.error} />
        <div className={dialog['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={command.isPending} onClick={onConfirm} data-autofocus>
            Delete segment
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
