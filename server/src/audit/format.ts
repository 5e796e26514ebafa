import type { AuditEntry } from '@rampart/contract/admin'

/** Where the audit has an entry: `demo/41`, or `instance/7`. */
export function auditId({ scope, n }: Pick<AuditEntry, 'scope' | 'n'>): string {
  return `${scope}/${n}`
}
