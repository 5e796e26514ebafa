import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { projectsQuery } from '../queries/projects.ts'
import { ConnectionDot } from './connection-dot.tsx'
import { cx } from './cx.ts'
import { IconCheck, IconKeyboard, IconSelector } from './icons.ts'
import { Logo } from './logo.tsx'
import { ThemeMenu } from './theme-menu.tsx'
import styles from './top-bar.module.css'
import { UserMenu } from './user-menu.tsx'

interface TopBarProps {
  readonly project: string
  readonly onHelp: () => void
}

export function TopBar({ project, onHelp }: TopBarProps) {
  return (
    <header className={styles['bar']}>
      <Link to="/" className={styles['brand']} aria-label="Rampart, home">
        <Logo />
      </Link>
      <ProjectSwitcher project={project} />
      <div className={styles['end']}>
        <ConnectionDot />
        <Tooltip label="Keyboard">
          <ActionIcon className={cx(styles['help'])} color="gray" aria-label="Keyboard help" onClick={onHelp}>
            <IconKeyboard size={19} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <ThemeMenu />
        <UserMenu />
      </div>
    </header>
  )
}

/** Names the project; where there are several it also leads to the others. */
function ProjectSwitcher({ project }: Pick<TopBarProps, 'project'>) {
  const { data: projects } = useSuspenseQuery(projectsQuery)
  const name = projects.find(({ key }) => key === project)?.name || project
  if (projects.length < 2) return <span className={styles['project']}>{name}</span>
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton className={cx(styles['project'], styles['switcher'])} aria-label={`Project ${name}, change`}>
          <span className={styles['name']}>{name}</span>
          <IconSelector size={16} stroke={1.7} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Projects</Menu.Label>
        {projects.map((other) => (
          <Menu.Item
            key={other.key}
            component={Link}
            to={`/p/${encodeURIComponent(other.key)}/flags`}
            rightSection={other.key === project ? <IconCheck size={16} aria-label="current" /> : undefined}
          >
            {other.name || other.key}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
