import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useActiveRamps } from '../queries/ramps.ts'
import { cx } from './cx.ts'
import {
  IconFlag3,
  IconHistory,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSettings,
  IconStairsUp,
  IconUsersGroup,
} from './icons.ts'
import { Logo } from './logo.tsx'
import styles from './rail.module.css'
import { needsPerson } from './ramp-words.ts'

interface RailProps {
  readonly project: string
  readonly narrow: boolean
  readonly onToggle: () => void
}

/** The places of a project, at the left. */
export function Rail({ project, narrow, onToggle }: RailProps) {
  const Toggle = narrow ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  const toggleLabel = narrow ? 'Widen the navigation' : 'Narrow the navigation'
  return (
    <nav className={cx(styles['rail'], narrow && styles['narrow'])} aria-label="Main">
      <Link to="/" className={styles['brand']} aria-label="Rampart, home">
        <Logo />
        <span className={styles['label']}>Rampart</span>
      </Link>
      <Places project={project} narrow={narrow} />
      <Tooltip label={toggleLabel} position="right">
        <ActionIcon className={cx(styles['toggle'])} onClick={onToggle} aria-label={toggleLabel} color="gray">
          <Toggle size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </nav>
  )
}

/** The same places at the bottom, where the window is narrow. */
export function BottomBar({ project }: Pick<RailProps, 'project'>) {
  return (
    <nav className={styles['bottom']} aria-label="Main">
      <Places project={project} narrow={false} />
    </nav>
  )
}

function Places({ project, narrow }: Pick<RailProps, 'project' | 'narrow'>) {
  return (
    <ul className={styles['places']}>
      <li>
        <Tooltip label="Flags" position="right" disabled={!narrow}>
          <Link
            to="/p/$project/flags"
            params={{ project }}
            search={{}}
            className={styles['place']}
            activeOptions={ACTIVE}
          >
            <IconFlag3 size={19} stroke={1.7} aria-hidden />
            <span className={styles['label']}>Flags</span>
          </Link>
        </Tooltip>
      </li>
      <li>
        <Tooltip label="Ramps" position="right" disabled={!narrow}>
          <Link to="/p/$project/ramps" params={{ project }} className={styles['place']} activeOptions={ACTIVE}>
            <IconStairsUp size={19} stroke={1.7} aria-hidden />
            <span className={styles['label']}>Ramps</span>
            <RampBadge project={project} />
          </Link>
        </Tooltip>
      </li>
      <li>
        <Tooltip label="Segments" position="right" disabled={!narrow}>
          <Link to="/p/$project/segments" params={{ project }} className={styles['place']} activeOptions={ACTIVE}>
            <IconUsersGroup size={19} stroke={1.7} aria-hidden />
            <span className={styles['label']}>Segments</span>
          </Link>
        </Tooltip>
      </li>
      <li>
        <Tooltip label="Activity" position="right" disabled={!narrow}>
          <Link
            to="/p/$project/activity"
            params={{ project }}
            search={{}}
            className={styles['place']}
            activeOptions={ACTIVE}
          >
            <IconHistory size={19} stroke={1.7} aria-hidden />
            <span className={styles['label']}>Activity</span>
          </Link>
        </Tooltip>
      </li>
      <li>
        <Tooltip label="Settings" position="right" disabled={!narrow}>
          <Link to="/p/$project/settings" params={{ project }} className={styles['place']} activeOptions={ACTIVE}>
            <IconSettings size={19} stroke={1.7} aria-hidden />
            <span className={styles['label']}>Settings</span>
          </Link>
        </Tooltip>
      </li>
    </ul>
  )
}

/** How many ramps run; red when one of them waits for a person. */
function RampBadge({ project }: Pick<RailProps, 'project'>) {
  const ramps = useActiveRamps(project).data ?? []
  if (ramps.length === 0) return null
  const waiting = ramps.filter(needsPerson).length
  return (
    <span className={cx(styles['badge'], waiting > 0 && styles['waiting'])}>
      <span aria-hidden="true">{ramps.length}</span>
      <VisuallyHidden>
        {ramps.length} running{waiting > 0 && `, ${waiting} waiting for a person`}
      </VisuallyHidden>
    </span>
  )
}

const ACTIVE = { exact: false, includeSearch: false } as const
