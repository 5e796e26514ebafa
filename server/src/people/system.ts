import type { Asker } from '../store/store.ts'

/** The server itself, as the audit names it: it made the first administrator, or was told to at its console. */
export const SYSTEM: Asker = {
  actor: { kind: 'system', id: 'system', name: 'Rampart' },
  comment: null,
  request: { id: 'console', address: null },
}
