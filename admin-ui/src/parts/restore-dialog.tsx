import type { Environment, Flag, FlagConfig } from '@rampart/contract/admin'
import { type ConfigPlace, useRestoreFlag } from '../queries/flags.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { frictionOfRelease } from './friction.ts'
import { showDone } from './notices.tsx'
import { sayServed } from './serve-words.ts'

interface RestoreDialogProps {
  readonly place: ConfigPlace
  readonly flag: Pick<Flag, 'key'>
  readonly environment: Environment
  readonly config: FlagConfig
  readonly onClose: () => void
}

/** The deliberate undo of a kill: what is configured is served again. */
export function RestoreDialog({ place, flag, environment, config, onClose }: RestoreDialogProps) {
  const restore = useRestoreFlag(place)
  const after = config.on ? sayServed(config) : `Off: everyone gets ${config.off}`
  return (
    <ChangeDialog
      title={`Restore ${flag.key}`}
      environment={environment}
      friction={frictionOfRelease(environment.protected)}
      rows={[{ what: 'Served', before: `Killed: everyone gets ${config.off}`, after }]}
      action="Restore"
      command={restore}
      onConfirm={() =>
        restore.mutate(
          { ifMatch: config.revision },
          {
            onSuccess: () => {
              showDone(`${flag.key} is restored in ${environment.key}`)
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    />
  )
}
