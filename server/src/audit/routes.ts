import type { AuditEntry, Subject } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import { requireProject } from '../environments/access.ts'
import type { App } from '../http/app-env.ts'
import { readCursor, writeCursor } from '../http/cursor.ts'
import { mount } from '../http/mount.ts'
import type { Store } from '../store/store.ts'
import { verifyAudit } from './verify.ts'

const DEFAULT_LIMIT = 50

export function mountAudit(app: App, store: Store): void {
  mount(app, 'listAudit', async ({ params, query }) => {
    await requireProject(store, params.project)
    const { limit = DEFAULT_LIMIT, cursor, subject: kind, key, environment } = query
    const subject: Partial<Subject> = {
      ...(kind === undefined ? {} : { kind }),
      ...(key === undefined ? {} : { key }),
      ...(environment === undefined ? {} : { environment }),
    }
    const entries = await store.audit({
      scope: params.project,
      subject,
      // of one thing in an environment: also what is the same of it in all of them
      orEverywhere: kind !== undefined && key !== undefined,
      ...(cursor === undefined ? {} : { before: numberOf(cursor) }),
      limit: limit + 1,
    })
    return { body: pageOf(entries, limit) }
  })

  mount(app, 'verifyAudit', async ({ params }) => {
    await requireProject(store, params.project)
    return { body: await verifyAudit(store, params.project) }
  })
}

function pageOf(entries: readonly AuditEntry[], limit: number) {
  const items = entries.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last === undefined || entries.length <= limit ? null : writeCursor(String(last.n)) }
}

function numberOf(cursor: string): number {
  const n = Number(readCursor(cursor))
  if (Number.isSafeInteger(n)) return n
  throw new AppError('malformed', 'The cursor is not one that this server gave.')
}
