import type { Environment, Ramp } from '@rampart/contract/admin'
import { useState } from 'react'
import type { ConfigPlace } from '../queries/flags.ts'
import { useRampCommand } from '../queries/ramps.ts'
import { usePermission } from '../queries/session.ts'
import { AdvanceDialog } from './advance-dialog.tsx'
import { CommandButton } from './command-button.tsx'
import { EndDialog } from './end-dialog.tsx'
import { IconArrowBackUp, IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext, IconPower } from './icons.ts'
import { showFailure } from './notices.tsx'
import styles from './ramp-actions.module.css'

interface RampActionsProps {
  readonly ramp: Ramp
  readonly environment: Environment
  readonly onKill: () => void
}

/** What a person may do to a ramp that is under way. */
export function RampActions({ ramp, environment, onKill }: RampActionsProps) {
  const place: ConfigPlace = { project: ramp.project, environment: ramp.environment, flag: ramp.flag }
  const maySteer = usePermission('advanceRamp', place)
  const mayApprove = usePermission('approveRamp', place)
  const mayKill = usePermission('killFlag', place)
  const command = useRampCommand(ramp.project, ramp.id)
  const [dialog, setDialog] = useState<'advance' | 'rollback' | 'reject'>()
  const close = () => setDialog(undefined)
  const act = (kind: 'pause' | 'resume' | 'approve') =>
    command.mutate({ kind }, { onError: (error) => showFailure('The ramp was left as it is', error) })
  const pending = (kind: string) => command.isPending && command.variables.kind === kind

  return (
    <div className={styles['actions']}>
      {ramp.holds.some(({ kind }) => kind === 'approval') && (
        <>
          <CommandButton permission={mayApprove} loading={pending('approve')} onClick={() => act('approve')}>
            Approve
          </CommandButton>
          <CommandButton permission={mayApprove} variant="default" onClick={() => setDialog('reject')}>
            Reject…
          </CommandButton>
        </>
      )}
      {canResume(ramp) && (
        <CommandButton
          permission={maySteer}
          variant="default"
          leftSection={<IconPlayerPlay size={16} stroke={1.8} />}
          loading={pending('resume')}
          onClick={() => act('resume')}
        >
          Resume
        </CommandButton>
      )}
      {ramp.state !== 'paused' && ramp.state !== 'scheduled' && (
        <CommandButton
          permission={maySteer}
          variant="default"
          leftSection={<IconPlayerPause size={16} stroke={1.8} />}
          loading={pending('pause')}
          onClick={() => act('pause')}
        >
          Pause
        </CommandButton>
      )}
      <CommandButton
        permission={maySteer}
        variant="default"
        leftSection={<IconPlayerTrackNext size={16} stroke={1.8} />}
        onClick={() => setDialog('advance')}
      >
        Advance now…
      </CommandButton>
      <CommandButton
        permission={maySteer}
        variant="default"
        leftSection={<IconArrowBackUp size={16} stroke={1.8} />}
        onClick={() => setDialog('rollback')}
      >
        {ramp.state === 'scheduled' ? 'Cancel ramp…' : 'Roll back…'}
      </CommandButton>
      <CommandButton
        permission={mayKill}
        evenOffline
        danger
        leftSection={<IconPower size={16} stroke={1.8} />}
        onClick={onKill}
      >
        Kill…
      </CommandButton>
      {dialog === 'advance' && <AdvanceDialog ramp={ramp} environment={environment} onClose={close} />}
      {(dialog === 'rollback' || dialog === 'reject') && (
        <EndDialog ramp={ramp} environment={environment} kind={dialog} onClose={close} />
      )}
    </div>
  )
}

/** Paused by a person, or held until one acts. */
function canResume({ state, holds }: Ramp): boolean {
  return state === 'paused' || holds.some(({ kind }) => LATCHED.some((latched) => latched === kind))
}

const LATCHED = ['guard', 'conflict', 'second_step_back', 'max_dwell'] as const
