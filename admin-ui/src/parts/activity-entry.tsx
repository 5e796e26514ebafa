import { Button } from '@mantine/core'
import type { AuditEntry } from '@rampart/contract/admin'
import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { usePermission } from '../queries/session.ts'
import styles from './activity-entry.module.css'
import { CommandButton } from './command-button.tsx'
import { cx } from './cx.ts'
import { entryChanges } from './entry-changes.ts'
import { When } from './moment.tsx'
import { verdictLooks } from './verdict.ts'

interface ActivityEntryProps {
  readonly project: string
  readonly entry: AuditEntry
  readonly onRestore: () => void
}

/** One thing that happened: its words, who did it, and on demand what was before and after. */
export function ActivityEntry({ project, entry, onRestore }: ActivityEntryProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const { at, words, comment, actor, subject, revisions } = entry
  return (
    <li id={`audit-${entry.n}`} className={styles['entry']}>
      <span className={styles['when']}>
        <When at={at} />
      </span>
      <div className={styles['words']}>
        <p>{words}</p>
        <p className={styles['small']}>
          <SubjectLink project={project} subject={subject} />
          {subject.environment !== undefined && ` in ${subject.environment}`}
          {` · ${actor.kind === 'ramp' ? 'by the ramp itself' : `by ${actor.name}`}`}
          {actor.via !== undefined && ` (${actor.via})`}
          {revisions.map(({ environment, revision }) => ` · revision ${revision} of ${environment}`)}
        </p>
        {comment !== null && comment !== '' && <p className={styles['comment']}>“{comment}”</p>}
        {open && (
          <div id={id}>
            <Detail entry={entry} project={project} onRestore={onRestore} />
          </div>
        )}
      </div>
      <Button
        size="compact-xs"
        variant="default"
        aria-expanded={open}
        {...(open ? { 'aria-controls': id } : {})}
        aria-label={`Details of entry ${entry.n}`}
        onClick={() => setOpen(!open)}
      >
        Details
      </Button>
    </li>
  )
}

function SubjectLink({ project, subject }: { readonly project: string; readonly subject: AuditEntry['subject'] }) {
  const { kind, key, environment } = subject
  const words = `${kind.replaceAll('-', ' ')} ${key}`
  switch (kind) {
    case 'flag':
      return environment === undefined ? (
        <Link to="/p/$project/flags/$flag" params={{ project, flag: key }}>
          {words}
        </Link>
      ) : (
        <Link to="/p/$project/flags/$flag/$environment" params={{ project, flag: key, environment }}>
          {words}
        </Link>
      )
    case 'ramp':
      return (
        <Link to="/p/$project/ramps/$id" params={{ project, id: key }}>
          {words}
        </Link>
      )
    case 'segment':
      return (
        <Link to="/p/$project/segments/$segment" params={{ project, segment: key }}>
          {words}
        </Link>
      )
    case 'layer':
    case 'environment':
    case 'plan':
    case 'metric':
    case 'metric-source':
    case 'token':
    case 'person':
    case 'project':
    case 'webhook':
    case 'sdk-key':
      // these have no page of their own
      return words
  }
}

/** The actions whose `before` is a whole configuration, which can be had back. */
const RESTORABLE: ReadonlySet<AuditEntry['action']> = new Set<AuditEntry['action']>([
  'flag.configured',
  'flag.switched',
  'flag.rollout_set',
])

function Detail({ project, entry, onRestore }: ActivityEntryProps) {
  const { subject, action, before, after, request, evidence = [] } = entry
  const permission = usePermission('putConfig', {
    project,
    ...(subject.environment === undefined ? {} : { environment: subject.environment }),
    flag: subject.key,
  })
  const { as, changes } = entryChanges(before, after)
  return (
    <div className={styles['detail']}>
      {changes.length === 0 && <p className={styles['small']}>No configuration was changed by this.</p>}
      {changes.length > 0 && (
        <dl className={cx(styles['changes'], styles[as])}>
          {changes.map(({ path, before: old, after: next }) => (
            <div key={path}>
              <dt>{path}</dt>
              <dd>
                {old !== null && <del>{old}</del>}
                {old !== null && next !== null && ' → '}
                {next !== null && <ins>{next}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {evidence.map(({ guard, verdict, words }) => (
        <p key={guard}>
          {verdictLooks[verdict].mark} {words}
        </p>
      ))}
      <p className={styles['small']}>
        Entry {entry.n}, request <code>{request.id}</code>
        {request.address !== null && ` from ${request.address}`}
      </p>
      {RESTORABLE.has(action) && subject.environment !== undefined && (
        <CommandButton permission={permission} variant="default" size="xs" onClick={onRestore}>
          Restore to before…
        </CommandButton>
      )}
    </div>
  )
}
