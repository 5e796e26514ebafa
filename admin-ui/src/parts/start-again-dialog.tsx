import { type Environment, formatSteps, type Ramp } from '@rampart/contract/admin'
import { useQuery } from '@tanstack/react-query'
import { flagQuery } from '../queries/flags.ts'
import { StartRampDialog } from './start-ramp-dialog.tsx'
import { writeGuard } from './start-ramp-form.ts'

interface StartAgainDialogProps {
  readonly ramp: Ramp
  readonly environment: Environment
  readonly onClose: () => void
}

/** A new run of a ramp that ended: its steps, and the metrics that watched it, to be looked over. */
export function StartAgainDialog({ ramp, environment, onClose }: StartAgainDialogProps) {
  const flag = useQuery(flagQuery(ramp.project, ramp.flag)).data
  if (flag === undefined) return null
  return (
    <StartRampDialog
      place={{ project: ramp.project, environment: ramp.environment, flag: ramp.flag }}
      flag={flag}
      environment={environment}
      initial={{
        steps: formatSteps(ramp.plan.steps),
        guards: ramp.plan.guards.map(writeGuard).join('\n'),
        unguarded: ramp.plan.guards.length === 0,
        to: flag.type === 'boolean' ? '' : ramp.to,
      }}
      onClose={onClose}
    />
  )
}
