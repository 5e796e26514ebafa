import { Button, TextInput } from '@mantine/core'
import type { Environment, Ramp } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { useRampCommand } from '../queries/ramps.ts'
import { CommandFailure } from './change-dialog.tsx'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { EnvironmentName } from './environment-mark.tsx'
import { sayPercent } from './percent.ts'

interface EndDialogProps {
  readonly ramp: Ramp
  readonly environment: Environment
  /** Rejecting an approval takes the ramp back too. */
  readonly kind: 'rollback' | 'reject'
  readonly onClose: () => void
}

/** Takes a ramp back: one confirm. */
export function EndDialog({ ramp, environment, kind, onClose }: EndDialogProps) {
  const command = useRampCommand(ramp.project, ramp.id)
  const [reason, setReason] = useState('')
  const verb = ramp.state === 'scheduled' ? 'Cancel the ramp' : kind === 'reject' ? 'Reject and roll back' : 'Roll back'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    command.mutate({ kind, reason: reason.trim() }, { onSuccess: onClose })
  }
  return (
    <Dialog onClose={onClose} title={`${verb}: ${ramp.flag}`}>
      <form onSubmit={submit} className={styles['form']}>
        <p className={styles['where']}>
          In <EnvironmentName environment={environment} />
        </p>
        <p>
          The share of {ramp.to} goes from {sayPercent(ramp.percent.now)} back to {sayPercent(ramp.percent.before)} at
          once, and the ramp ends. A new ramp meets the same units in the same order.
        </p>
        <TextInput
          label="Reason (optional)"
          value={reason}
          maxLength={1000}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          data-autofocus
        />
        <CommandFailure error={command.error} />
        <div className={styles['foot']}>
          <Button variant="default" onClick={onClose}>
            Keep it going
          </Button>
          <Button type="submit" color="red" loading={command.isPending}>
            {verb} in {environment.key}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
