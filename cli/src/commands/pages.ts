import { UsageError } from '../failure.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** The server gives at most this many at once. */
const LARGEST_PAGE = 200

/** Reads page after page of a list until there are `limit` items that are wanted, or no more. */
export async function collectPages<T>(
  limit: number,
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<T>>,
  isWanted: (item: T) => boolean = () => true,
): Promise<readonly T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await read({ limit: Math.min(limit, LARGEST_PAGE), ...(cursor === null ? {} : { cursor }) })
    items.push(...page.items.filter(isWanted))
    cursor = page.next
  } while (cursor !== null && items.length < limit)
  return items.slice(0, limit)
}

/** Reads `--limit`. */
export function limitFlag(text: string): number {
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new UsageError(`--limit: "${text}" must be a whole number above 0.`)
}
