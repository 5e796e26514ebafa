import type { ConfigSettings, Environment } from '@rampart/contract/admin'
import type { ReactNode } from 'react'
import { ChangeDialog } from './change-dialog.tsx'
import { frictionOfSettings } from './friction-of-settings.ts'
import { sayServed } from './serve-words.ts'
import { changesBetween } from './settings-fields.ts'

interface SettingsDialogProps {
  readonly title: string
  readonly action: string
  readonly environment: Environment
  readonly before: ConfigSettings
  readonly after: ConfigSettings
  readonly children?: ReactNode
  readonly command: { readonly isPending: boolean; readonly error: unknown }
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** The review of a whole configuration: what is served before and after, and each change in words. */
export function SettingsDialog({ before, after, environment, ...rest }: SettingsDialogProps) {
  const served = (settings: ConfigSettings) =>
    settings.on ? sayServed(settings) : `Off: everyone gets ${settings.off}`
  const rows = changesBetween(before, after).map(({ what, before: old, after: next }) => ({
    what,
    before: old,
    after: next,
  }))
  return (
    <ChangeDialog
      {...rest}
      environment={environment}
      friction={frictionOfSettings(before, after, environment.protected)}
      rows={[{ what: 'Served', before: served(before), after: served(after) }, ...rows]}
    />
  )
}
