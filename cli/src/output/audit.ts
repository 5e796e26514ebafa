import type { Actor, AuditEntry } from '@rampart/contract/admin'
import { tableWithin } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'

/** One row for each change, in the server's words; the words come last, because they may be long. */
export function auditRows(
  entries: readonly AuditEntry[],
  columns: number | undefined,
  paint: Paint,
): readonly string[] {
  const rows = entries.map((entry) => [
    entry.at.slice(0, 19).replace('T', ' '),
    auditId(entry),
    sayActor(entry.actor),
    entry.subject.environment ?? '–',
    sayEntry(entry),
  ])
  const [head = '', ...body] = tableWithin([['when (UTC)', 'audit', 'by', 'environment', 'what'], ...rows], columns)
  return entries.length === 0 ? ['No changes.'] : [paint.dim(head), ...body]
}

/** Where the audit has an entry: `demo/41`, as every change answers it. */
export function auditId({ scope, n }: Pick<AuditEntry, 'scope' | 'n'>): string {
  return `${scope}/${n}`
}

/** `Ana (ui)`, `ci-shop (cli)`, `the ramp`. */
function sayActor({ kind, name, via }: Actor): string {
  if (kind === 'ramp') return 'the ramp'
  return via === undefined || kind === 'system' ? plain(name) : `${plain(name)} (${via})`
}

function sayEntry({ words, comment }: AuditEntry): string {
  return comment === null || comment === '' ? plain(words) : `${plain(words)} “${plain(comment)}”`
}
