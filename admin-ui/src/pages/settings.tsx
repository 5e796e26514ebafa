import { Link, Outlet, useParams } from '@tanstack/react-router'
import styles from './settings.module.css'

const PAGES = [
  ['/p/$project/settings/sdk-keys', 'SDK keys'],
  ['/p/$project/settings/connected-sdks', 'Connected SDKs'],
  ['/p/$project/settings/environments', 'Environments'],
] as const

/** What is set for the whole project, a page each. */
export function SettingsPage() {
  const { project } = useParams({ from: '/signed-in/p/$project/settings' })
  return (
    <div className={styles['page']}>
      <h1>Settings</h1>
      <nav aria-label="Settings">
        <ul className={styles['tabs']}>
          {PAGES.map(([to, label]) => (
            <li key={to}>
              <Link to={to} params={{ project }} className={styles['tab']}>
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </div>
  )
}
