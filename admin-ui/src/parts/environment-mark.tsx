import type { Environment } from '@rampart/contract/admin'
import { cx } from './cx.ts'
import styles from './environment-mark.module.css'

type EnvironmentClass = Environment['class']

/** The shape of a class: an outlined circle, an outlined diamond, a filled triangle. */
export function EnvironmentShape({ of }: { readonly of: EnvironmentClass }) {
  return (
    <svg className={cx(styles['shape'], styles[of])} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[of]}
    </svg>
  )
}

const SHAPES: Readonly<Record<EnvironmentClass, React.ReactNode>> = {
  development: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  staging: <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  production: <path d="M6 1 11.6 11H.4Z" fill="currentColor" />,
}

/** An environment by shape, colour and word. A protected one is in capitals. */
export function EnvironmentName({ environment }: { readonly environment: Environment }) {
  return (
    <span className={cx(styles['name'], styles[environment.class], environment.protected && styles['protected'])}>
      <EnvironmentShape of={environment.class} />
      <span>{environment.key}</span>
    </span>
  )
}

/** The band over every page of a protected environment. */
export function ProtectedBand({ environment }: { readonly environment: Environment | undefined }) {
  return environment?.protected === true ? <div className={styles['band']} aria-hidden="true" /> : null
}
