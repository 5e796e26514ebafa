import { Button, TextInput } from '@mantine/core'
import type { Environment, FlagConfig, KillResult } from '@rampart/contract/admin'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type ConfigPlace, useKillFlag } from '../queries/flags.ts'
import { usePropagation } from '../queries/propagation.ts'
import { announce } from './announcer.tsx'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { EnvironmentName } from './environment-mark.tsx'
import { FailureCard } from './failure-card.tsx'
import { sayPercent } from './percent.ts'
import { PropagationLine } from './propagation-line.tsx'

interface KillDialogProps {
  readonly place: ConfigPlace
  readonly environment: Environment
  readonly config: Pick<FlagConfig, 'off' | 'heldBy'>
  readonly onClose: () => void
}

/** One confirm, never more; then the proof that it has arrived. */
export function KillDialog({ place, environment, config, onClose }: KillDialogProps) {
  const kill = useKillFlag(place)
  const { data: result } = kill
  const title = result === undefined ? `Kill ${place.flag}?` : result.already ? 'It was killed already' : 'Killed'
  return (
    <Dialog onClose={onClose} title={title}>
      {result === undefined ? (
        <KillForm place={place} environment={environment} config={config} kill={kill} onClose={onClose} />
      ) : (
        <KilledProof place={place} result={result} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface KillFormProps extends KillDialogProps {
  readonly kill: ReturnType<typeof useKillFlag>
}

function KillForm({ place, environment, config, kill, onClose }: KillFormProps) {
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    kill.mutate({ reason: reason.trim() })
  }
  return (
    <form onSubmit={submit} className={styles['form']}>
      <p className={styles['where']}>
        In <EnvironmentName environment={environment} />
      </p>
      <p>
        Everyone gets <strong>{config.off}</strong> at once. Rules, shares and approvals are ignored until it is
        restored.
      </p>
      {config.heldBy !== null && 'ramp' in config.heldBy && (
        <ul className={styles['points']}>
          <li>The ramp {config.heldBy.ramp} ends, and the share goes back to what it was before the ramp.</li>
        </ul>
      )}
      <TextInput
        label="Reason (optional)"
        value={reason}
        maxLength={1000}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        data-autofocus
      />
      {kill.error !== null && (
        <>
          <FailureCard what="It may not have been killed" error={kill.error} />
          <p className={styles['aside']}>
            Try again, or from a terminal:
            <code>
              rampart kill {place.flag} -p {place.project} -e {place.environment}
            </code>
          </p>
        </>
      )}
      <div className={styles['foot']}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red" loading={kill.isPending}>
          Kill {place.flag}
        </Button>
      </div>
    </form>
  )
}

interface KilledProofProps {
  readonly place: ConfigPlace
  readonly result: KillResult
  readonly onClose: () => void
}

function KilledProof({ place, result, onClose }: KilledProofProps) {
  const watched = usePropagation(place, result.revision, 'quick').data ?? result.propagation
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => close.current?.focus(), [])
  useEffect(
    () => announce(`${place.flag} is killed in ${place.environment}.`, 'urgent'),
    [place.flag, place.environment],
  )
  return (
    <div className={styles['form']}>
      <p>
        {result.already ? 'Nothing was changed: ' : ''}
        {place.flag} serves <strong>{result.item.off}</strong> to everyone in {place.environment}.
        {result.ramp !== null &&
          ` The ramp ${result.ramp.id} ended at ${sayPercent(result.ramp.percent)}, and the share went back.`}
      </p>
      {watched !== null && <PropagationLine propagation={watched} large />}
      <div className={styles['foot']}>
        <Button ref={close} onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  )
}
