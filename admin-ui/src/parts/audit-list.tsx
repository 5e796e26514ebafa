import { Button } from '@mantine/core'
import type { AuditEntry } from '@rampart/contract/admin'
import styles from './audit-list.module.css'
import { When } from './moment.tsx'
import { verdictLooks } from './verdict.ts'

interface AuditListProps {
  readonly entries: readonly AuditEntry[]
  readonly more: { readonly has: boolean; readonly pending: boolean; readonly load: () => void }
}

/** What was decided and done, newest first, in the words the server gave it. */
export function AuditList({ entries, more }: AuditListProps) {
  return (
    <>
      <ol className={styles['list']}>
        {entries.map((entry) => (
          <li key={entry.n} id={`audit-${entry.n}`} className={styles['entry']}>
            <span className={styles['when']}>
              <When at={entry.at} />
            </span>
            <div className={styles['words']}>
              <p>{entry.words}</p>
              <p className={styles['small']}>
                {entry.actor.kind === 'ramp' ? 'by the ramp itself' : `by ${entry.actor.name}`}
                {sayRevisions(entry)}
                {entry.evidence !== undefined &&
                  entry.evidence.length > 0 &&
                  `, guards ${entry.evidence.map(({ verdict }) => verdictLooks[verdict].word).join(', ')}`}
              </p>
              {entry.comment !== null && entry.comment !== '' && <p className={styles['comment']}>“{entry.comment}”</p>}
            </div>
          </li>
        ))}
      </ol>
      {more.has && (
        <div className={styles['more']}>
          <Button variant="default" size="xs" loading={more.pending} onClick={more.load}>
            Show older
          </Button>
        </div>
      )}
    </>
  )
}

/** `, revision 41`; with its environment where there are several: `, revisions 9 in development, 41 in production`. */
function sayRevisions({ revisions }: AuditEntry): string {
  if (revisions.length === 0) return ''
  if (revisions.length === 1) return `, revision ${revisions[0]?.revision}`
  return `, revisions ${revisions.map(({ environment, revision }) => `${revision} in ${environment}`).join(', ')}`
}
