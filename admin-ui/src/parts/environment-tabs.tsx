import type { Environment } from '@rampart/contract/admin'
import { Link, useNavigate } from '@tanstack/react-router'
import { cellOf, type FlagState } from './cell.ts'
import { EnvironmentName } from './environment-mark.tsx'
import styles from './environment-tabs.module.css'
import { FlagCell } from './flag-cell.tsx'
import { useLetterKeys } from './use-letter-keys.ts'

interface EnvironmentTabsProps {
  readonly project: string
  readonly flag: string
  readonly current: string
  readonly environments: readonly Environment[]
  readonly states: readonly FlagState[]
}

/** The environments of a flag with what it does in each. `[` and `]` go to the neighbours. */
export function EnvironmentTabs({ project, flag, current, environments, states }: EnvironmentTabsProps) {
  const navigate = useNavigate()
  const at = environments.findIndex(({ key }) => key === current)
  const goTo = (environment: Environment | undefined) => {
    if (environment === undefined) return
    const params = { project, flag, environment: environment.key }
    void navigate({ to: '/p/$project/flags/$flag/$environment', params })
  }
  useLetterKeys({ '[': () => goTo(environments[at - 1]), ']': () => goTo(environments[at + 1]) })
  return (
    <nav aria-label="Environments">
      <ul className={styles['tabs']}>
        {environments.map((environment) => {
          const state = states.find((s) => s.environment === environment.key)
          return (
            <li key={environment.key}>
              <Link
                to="/p/$project/flags/$flag/$environment"
                params={{ project, flag, environment: environment.key }}
                className={styles['tab']}
                resetScroll={false}
              >
                <EnvironmentName environment={environment} />
                {state !== undefined && <FlagCell cell={cellOf(state)} />}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
