import type { FlagConfig } from '@rampart/contract/admin'
import type { Permission } from '../queries/permission.ts'
import { CommandButton } from './command-button.tsx'
import { IconPower } from './icons.ts'
import styles from './killed-banner.module.css'
import { Ago } from './moment.tsx'

interface KilledBannerProps {
  readonly killed: NonNullable<FlagConfig['killed']>
  readonly off: string
  readonly permission: Permission
  readonly onRestore: () => void
}

export function KilledBanner({ killed, off, permission, onRestore }: KilledBannerProps) {
  return (
    <section className={styles['banner']} aria-label="Killed">
      <IconPower size={22} stroke={2} aria-hidden className={styles['icon']} />
      <div className={styles['words']}>
        <strong>
          Killed by {killed.by.name} <Ago at={killed.at} />
        </strong>
        <p>
          Everyone gets {off}, whatever is set below.
          {killed.reason !== null && killed.reason !== '' && <em> “{killed.reason}”</em>}
        </p>
      </div>
      <CommandButton permission={permission} variant="default" onClick={onRestore}>
        Restore…
      </CommandButton>
    </section>
  )
}
