import { Button, Select, TextInput } from '@mantine/core'
import type { Environment, Ramp } from '@rampart/contract/admin'
import { type FormEvent, useState } from 'react'
import { useRampCommand } from '../queries/ramps.ts'
import styles from './advance-dialog.module.css'
import { CommandFailure } from './change-dialog.tsx'
import { cx } from './cx.ts'
import dialog from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { EnvironmentName } from './environment-mark.tsx'
import { sayPercent } from './percent.ts'
import { anyNotOk, verdictLooks } from './verdict.ts'

interface AdvanceDialogProps {
  readonly ramp: Ramp
  readonly environment: Environment
  readonly onClose: () => void
}

/** Skips what the step still waits for. Guards that are not ok are shown, and then a reason is asked for. */
export function AdvanceDialog({ ramp, environment, onClose }: AdvanceDialogProps) {
  const command = useRampCommand(ramp.project, ramp.id)
  const targets = ramp.plan.steps.map(({ percent }) => percent).filter((percent) => percent > ramp.percent.now)
  const [to, setTo] = useState(targets[0])
  const [reason, setReason] = useState('')
  const unsure = ramp.verdicts.length === 0 || anyNotOk(ramp.verdicts)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const about = { reason: reason.trim(), ...(to === undefined ? {} : { to }) }
    command.mutate({ kind: 'advance', ...about }, { onSuccess: onClose })
  }
  return (
    <Dialog onClose={onClose} title={`Advance ${ramp.flag}`}>
      <form onSubmit={submit} className={dialog['form']}>
        <p className={dialog['where']}>
          In <EnvironmentName environment={environment} />, now at {sayPercent(ramp.percent.now)}
        </p>
        {targets.length > 1 && (
          <Select
            label="To"
            data={targets.map((percent) => ({ value: String(percent), label: sayPercent(percent) }))}
            value={to === undefined ? null : String(to)}
            onChange={(value) => setTo(targets.find((percent) => String(percent) === value))}
            allowDeselect={false}
          />
        )}
        <ul className={styles['verdicts']} aria-label="Guards">
          {ramp.verdicts.map((evidence) => {
            const look = verdictLooks[evidence.verdict]
            return (
              <li key={evidence.guard}>
                <span className={cx(styles['verdict'], styles[look.tone])}>
                  <span aria-hidden="true">{look.mark}</span> {look.word}
                </span>
                <span>{evidence.words}</span>
              </li>
            )
          })}
          {ramp.verdicts.length === 0 && <li>Nothing watches this ramp.</li>}
        </ul>
        <TextInput
          label={unsure ? 'Reason' : 'Reason (optional)'}
          description={unsure ? 'Not every guard is ok: the reason is kept in the log.' : undefined}
          value={reason}
          maxLength={1000}
          required={unsure}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          data-autofocus
        />
        <CommandFailure error={command.error} />
        <div className={dialog['foot']}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={command.isPending} disabled={unsure && reason.trim() === ''}>
            {to === undefined ? 'Complete' : `Advance to ${sayPercent(to)}`} in {environment.key}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
