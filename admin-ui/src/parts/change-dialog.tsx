import { Button, TextInput, VisuallyHidden } from '@mantine/core'
import type { Environment } from '@rampart/contract/admin'
import { type FormEvent, type ReactNode, useState } from 'react'
import { failureOf } from '../queries/failure.ts'
import styles from './change-dialog.module.css'
import dialog from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { EnvironmentName } from './environment-mark.tsx'
import { FailureCard } from './failure-card.tsx'
import type { Friction } from './friction.ts'

/** One thing that changes, in words. */
export interface ChangeRow {
  readonly what: string
  readonly before: ReactNode
  readonly after: ReactNode
}

interface ChangeDialogProps {
  readonly title: string
  readonly environment: Environment
  readonly friction: Exclude<Friction, 'direct'>
  readonly rows: readonly ChangeRow[]
  readonly children?: ReactNode
  /** A verb and its object, without the environment: that is added here. */
  readonly action: string
  readonly command: { readonly isPending: boolean; readonly error: unknown }
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Shows what is now and what will be, and asks as much as the change deserves. */
export function ChangeDialog(props: ChangeDialogProps) {
  const { title, environment, friction, rows, children, action, command, onConfirm, onClose } = props
  const [typed, setTyped] = useState('')
  const ready = friction !== 'typed' || typed === environment.key
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) onConfirm()
  }
  return (
    <Dialog onClose={onClose} title={title}>
      <form onSubmit={submit} className={dialog['form']}>
        <p className={dialog['where']}>
          <EnvironmentName environment={environment} />
          {environment.protected && <span>is protected</span>}
        </p>
        <dl className={styles['rows']}>
          {rows.map(({ what, before, after }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>
                <span className={styles['before']}>{before}</span>
                <span className={styles['after']}>
                  <span className={styles['arrow']} aria-hidden="true">
                    →
                  </span>
                  <VisuallyHidden>becomes</VisuallyHidden>
                  <span>{after}</span>
                </span>
              </dd>
            </div>
          ))}
        </dl>
        {children}
        {friction === 'typed' && (
          <TextInput
            label={
              <>
                Type <code>{environment.key}</code> to confirm
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
          <Button
            type="submit"
            loading={command.isPending}
            disabled={!ready}
            {...(friction === 'typed' ? {} : { 'data-autofocus': true })}
          >
            {action} in {environment.key}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** A refusal. What was meant is kept: when somebody else was quicker, it is compared with what there is now. */
export function CommandFailure({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null
  const { code, detail } = failureOf(error)
  if (code !== 'revision_mismatch') return <FailureCard what="Nothing was changed" error={error} />
  return (
    <div className={styles['conflict']} role="alert">
      <strong>Somebody saved another change while this was open</strong>
      <p>{detail}</p>
      <p>What is served now is shown above. Confirm once more to make your change from there.</p>
    </div>
  )
}
