/** Rows of one insert: a bound on the size of a statement. */
export const ROWS = 500

export function* parts<T>(items: readonly T[], rows: number): Iterable<readonly T[]> {
  for (let from = 0; from < items.length; from += rows) yield items.slice(from, from + rows)
}
