import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { textOf } from '../input-files.ts'
import { sayCount } from '../output/figures.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, examples } from './command.ts'
import { changeSegment, tellSegment } from './segment-change.ts'

/** `rampart segments add` and `remove`: ids of the lists. */
export function addSegmentLists(segments: Command, act: Act): void {
  for (const { name, description } of [
    { name: 'add', description: 'Put ids on the included list' },
    { name: 'remove', description: 'Take ids off the included list' },
  ] as const)
    segments
      .command(`${name} <key> [id...]`)
      .description(description)
      .addHelpText(
        'before',
        examples(
          `segments ${name} beta-testers acc_918 acc_919 -p demo`,
          `segments ${name} beta-testers --from ids.txt --excluded -p demo`,
        ),
      )
      .option('--excluded', 'the excluded list instead, which wins over the included one')
      .option('--from <file>', 'ids from a file, one a line; - is the standard input')
      .action(
        act((session, key: string, ids: readonly string[], options: ListOptions) =>
          relist(session, key, { ...options, name, ids }),
        ),
      )
}

interface ListOptions {
  readonly excluded?: boolean
  readonly from?: string
}

interface Relisting extends ListOptions {
  readonly name: 'add' | 'remove'
  readonly ids: readonly string[]
}

async function relist(session: Session, key: string, { name, ids, excluded, from }: Relisting): Promise<ExitCode> {
  const lines = from === undefined ? [] : (await textOf(session.world, from)).split(/\r?\n/)
  const given = new Set([...ids, ...lines].map((id) => id.trim()).filter((id) => id !== ''))
  if (given.size === 0) throw new UsageError('Which ids? Name them, or pass --from with a file that has one a line.')
  const which = excluded === true ? 'excluded' : 'included'
  const changed = await changeSegment(session, key, {
    create: false,
    ifVersion: undefined,
    edit: (before) => ({
      ...before,
      [which]:
        name === 'add' ? [...new Set([...before[which], ...given])] : before[which].filter((id) => !given.has(id)),
    }),
  })
  const { item } = changed.after
  const moved = Math.abs(item[which].length - (changed.before?.[which].length ?? 0))
  const lost = name === 'add' && which === 'included' ? item.excluded.filter((id) => given.has(id)) : []
  if (lost.length > 0)
    session.world.stderr.write(
      `Excluded wins over included: ${lost.slice(0, 3).map(plain).join(', ')}${lost.length > 3 ? ` and ${sayCount(lost.length - 3)} more` : ''} stay out of ${key}.\n`,
    )
  const done = name === 'add' ? `added ${sayCount(moved)} to` : `removed ${sayCount(moved)} from`
  return tellSegment(session, changed, `${done} the ${which} list of ${key}`)
}
