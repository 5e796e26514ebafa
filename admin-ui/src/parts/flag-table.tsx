import { Skeleton, VisuallyHidden } from '@mantine/core'
import type { Environment, FlagListItem } from '@rampart/contract/admin'
import { Link } from '@tanstack/react-router'
import { cellOf } from './cell.ts'
import { cx } from './cx.ts'
import { EnvironmentName } from './environment-mark.tsx'
import { FlagCell } from './flag-cell.tsx'
import styles from './flag-table.module.css'
import { keyFrom } from './key-from-name.ts'
import { Ago } from './moment.tsx'

interface FlagTableProps {
  readonly project: string
  readonly environments: readonly Environment[]
  readonly flags: readonly FlagListItem[]
  /** An older answer is shown until the new one is here. */
  readonly dimmed: boolean
}

/** Flags by environments. Where there is no room for columns each flag becomes a card. */
export function FlagTable({ project, environments, flags, dimmed }: FlagTableProps) {
  return (
    <div className={styles['scroll']}>
      <table className={cx(styles['table'], dimmed && styles['dimmed'])} aria-busy={dimmed}>
        <Head environments={environments} />
        <tbody>
          {flags.map((flag) => (
            <tr key={flag.key}>
              <th scope="row" className={styles['flag']}>
                <Link to="/p/$project/flags/$flag" params={{ project, flag: flag.key }} className={styles['key']}>
                  {flag.key}
                </Link>
                <span className={styles['about']}>
                  {keyFrom(flag.name) !== flag.key && <span className={styles['name']}>{flag.name}</span>}
                  {flag.tags.map((tag) => (
                    <span key={tag} className={styles['tag']}>
                      {tag}
                    </span>
                  ))}
                </span>
              </th>
              <td className={styles['type']}>{flag.type}</td>
              {environments.map((environment) => (
                <td key={environment.key} className={styles['state']}>
                  <State project={project} flag={flag} environment={environment} />
                </td>
              ))}
              <td className={styles['changed']}>
                <span className={styles['onCard']}>Changed </span>
                <Ago at={flag.changedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface StateProps {
  readonly project: string
  readonly flag: FlagListItem
  readonly environment: Environment
}

function State({ project, flag, environment }: StateProps) {
  const state = flag.states.find((s) => s.environment === environment.key)
  if (state === undefined) return <span className={styles['none']}>–</span>
  const cell = cellOf(state)
  return (
    <Link
      to="/p/$project/flags/$flag/$environment"
      params={{ project, flag: flag.key, environment: environment.key }}
      className={styles['cell']}
      title={state.summary}
    >
      <VisuallyHidden>{flag.key} in </VisuallyHidden>
      <span className={styles['label']}>
        <EnvironmentName environment={environment} />
      </span>
      <FlagCell cell={cell} />
    </Link>
  )
}

function Head({ environments }: Pick<FlagTableProps, 'environments'>) {
  return (
    <thead>
      <tr>
        <th scope="col">Flag</th>
        <th scope="col">Type</th>
        {environments.map((environment) => (
          <th scope="col" key={environment.key}>
            <EnvironmentName environment={environment} />
          </th>
        ))}
        <th scope="col">Changed</th>
      </tr>
    </thead>
  )
}

/** The outline of the table while the first answer is on its way. */
export function FlagTableSkeleton({ environments }: Pick<FlagTableProps, 'environments'>) {
  return (
    <div className={styles['scroll']} role="status" aria-label="Loading flags">
      <table className={styles['table']}>
        <Head environments={environments} />
        <tbody>
          {[0, 1, 2, 3, 4].map((row) => (
            <tr key={row}>
              {['flag', 'type', ...environments.map(({ key }) => key), 'changed'].map((column) => (
                <td key={column}>
                  <Skeleton height={14} width={column === 'flag' ? 180 : 80} radius="sm" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
