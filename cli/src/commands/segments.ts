import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { segmentLines, segmentRows } from '../output/segments.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples } from './command.ts'
import { addSegmentLists } from './segment-lists.ts'
import { addSegmentSet } from './segment-set.ts'

/** `rampart segments …`: groups of units that rules name. */
export function addSegments(program: Command, act: Act): void {
  const segments = program
    .command('segments')
    .alias('segment')
    .description('List, read and change segments')
    .addHelpText('before', examples('segments list -p demo', 'segments add beta-testers acc_918 acc_919 -p demo'))
  segments
    .command('list')
    .description('Segments of a project')
    .addHelpText('before', examples('segments list -p demo', 'segments list -p demo --json'))
    .action(act(list))
  segments
    .command('get <key>')
    .description('A segment: its condition and its lists')
    .addHelpText(
      'before',
      examples('segments get beta-testers -p demo', 'segments get beta-testers -p demo --json > beta-testers.json'),
    )
    .action(act(get))
  addSegmentSet(segments, act)
  addSegmentLists(segments, act)
}

async function list(session: Session): Promise<ExitCode> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listSegments({ params, signal }))
  return answer(session, { items: body.items }, segmentRows(body.items, session.voice.paint))
}

async function get(session: Session, segment: string): Promise<ExitCode> {
  const params = { project: session.project(), segment }
  const { body } = await session.connection.ask((api, signal) => api.getSegment({ params, signal }))
  const columns = session.world.stdout.columns() ?? 100
  return answer(session, body, segmentLines(body, columns, session.voice.paint))
}
