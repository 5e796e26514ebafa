import type { SdkKey } from '@rampart/contract/admin'

const WEEK_MS = 7 * 86_400_000

/** Whether an application was seen with the key in the week before `now`: it would miss it. */
export function isInUse({ lastUsedAt }: Pick<SdkKey, 'lastUsedAt'>, now: number): boolean {
  return lastUsedAt !== null && now - Date.parse(lastUsedAt) < WEEK_MS
}
