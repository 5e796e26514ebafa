import { Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useLive } from '../queries/live.ts'
import { LiveRegions } from './announcer.tsx'
import { cx } from './cx.ts'
import { KeyHelp } from './key-help.tsx'
import { BottomBar, Rail } from './rail.tsx'
import { rememberProject, rememberRail, remembersNarrowRail } from './remembered.ts'
import styles from './shell.module.css'
import { TopBar } from './top-bar.tsx'
import { useLetterKeys } from './use-letter-keys.ts'

/** The frame around every page of a project. */
export function Shell() {
  const { project } = useParams({ from: '/signed-in/p/$project' })
  const navigate = useNavigate()
  const [narrow, setNarrow] = useState(remembersNarrowRail)
  const [helping, setHelping] = useState(false)
  const main = useMainFocus()
  useLive(project)
  useEffect(() => rememberProject(project), [project])
  useLetterKeys({
    'g f': () => void navigate({ to: '/p/$project/flags', params: { project } }),
    'g r': () => void navigate({ to: '/p/$project/ramps', params: { project } }),
    'g s': () => void navigate({ to: '/p/$project/segments', params: { project } }),
    'g a': () => void navigate({ to: '/p/$project/activity', params: { project } }),
    '?': () => setHelping(true),
  })

  const toggleRail = () => {
    rememberRail(narrow ? 'wide' : 'narrow')
    setNarrow(!narrow)
  }

  return (
    <div className={cx(styles['frame'], narrow && styles['narrow'])}>
      <a className={styles['skip']} href="#main">
        Skip to content
      </a>
      <Rail project={project} narrow={narrow} onToggle={toggleRail} />
      <div className={styles['column']}>
        <TopBar project={project} onHelp={() => setHelping(true)} />
        <main id="main" ref={main} tabIndex={-1} className={styles['main']}>
          <Outlet />
        </main>
      </div>
      <BottomBar project={project} />
      {helping && <KeyHelp onClose={() => setHelping(false)} />}
      <LiveRegions />
    </div>
  )
}

/** A new page begins at its content, for keyboard and screen reader; moving between tabs of one page does not. */
function useMainFocus() {
  const main = useRef<HTMLElement>(null)
  const page = useRouterState({ select: (state) => state.matches.at(-1)?.routeId })
  const first = useRef(page)
  useEffect(() => {
    if (first.current === page) return
    first.current = page
    main.current?.focus({ preventScroll: true })
  }, [page])
  return main
}
