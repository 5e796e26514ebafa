import type { Segment } from '@rampart/contract/admin'
import { sayCount } from './figures.ts'
import { table, wrap } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'

/** One row per segment. */
export function segmentRows(items: readonly Segment[], paint: Paint): readonly string[] {
  const [head = '', ...body] = table([
    ['segment', 'by', 'condition', 'included', 'excluded', 'version', 'name'],
    ...items.map(({ key, by, when, included, excluded, version, name }) => [
      key,
      by,
      when === null ? '–' : 'yes',
      sayCount(included.length),
      sayCount(excluded.length),
      String(version),
      plain(name),
    ]),
  ])
  return items.length === 0 ? ['No segments.'] : [paint.dim(head), ...body]
}

/** A segment as a block; the condition as `--when` takes it. */
export function segmentLines(segment: Segment, columns: number, paint: Paint): readonly string[] {
  const { key, name, description, by, when, included, excluded, version } = segment
  return [
    `${paint.bold(key)}   ${plain(name)}   by ${by}   version ${version}`,
    ...wrap(plain(description), columns - 2).map((line) => paint.dim(`  ${line}`)),
    `  when      ${when === null ? 'no condition: only the lists' : JSON.stringify(when)}`,
    `  included  ${sayIds(included)}`,
    `  excluded  ${sayIds(excluded)}`,
  ]
}

/** A list may hold 100,000 ids; beyond these they are counted. */
const MOST_IDS = 10

function sayIds(ids: readonly string[]): string {
  if (ids.length === 0) return 'nobody'
  const more = ids.length - MOST_IDS
  const told = ids.slice(0, MOST_IDS).map(plain).join(', ')
  return more <= 0 ? told : `${told} and ${sayCount(more)} more (--json has all)`
}
