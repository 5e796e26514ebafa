import { type Command, Option } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { auditRows } from '../output/audit.ts'
import { sayCount } from '../output/figures.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples } from './command.ts'
import { changesOf, changesOfFlag } from './history.ts'
import { limitFlag } from './pages.ts'

/** `rampart audit …`: what changed, and whether that was tampered with. */
export function addAudit(program: Command, act: Act): void {
  const audit = program
    .command('audit')
    .description('What changed, by whom, and whether the record holds')
    .addHelpText('before', examples('audit list -p demo --limit 20', 'audit verify -p demo'))
  audit
    .command('list')
    .description('Changes, newest first, a line each')
    .addHelpText(
      'before',
      examples('audit list -p demo -e production', 'audit list -p demo --flag new-checkout-flow --json'),
    )
    .addOption(new Option('--flag <key>', 'of one flag and its ramps').conflicts(['ramp', 'segment']))
    .addOption(new Option('--ramp <id>', 'of one ramp').conflicts(['flag', 'segment']))
    .addOption(new Option('--segment <key>', 'of one segment').conflicts(['flag', 'ramp']))
    .option('--limit <n>', 'how many at most', '50')
    .action(act(list))
  audit
    .command('verify')
    .description('Recompute the chain of the audit; exit 9 when an entry was changed')
    .addHelpText('before', examples('audit verify -p demo', 'audit verify -p demo --json'))
    .action(act(verify))
}

interface ListOptions {
  readonly flag?: string
  readonly ramp?: string
  readonly segment?: string
  readonly limit: string
}

async function list(session: Session, options: ListOptions): Promise<ExitCode> {
  const wanted = { environment: session.namedEnvironment(), limit: limitFlag(options.limit) }
  const items = await wantedChanges(session, options, wanted)
  // nothing to tell of a thing that is not there is a typing mistake
  if (items.length === 0) await requireSubject(session, options)
  return answer(session, { items }, auditRows(items, session.world.stdout.columns(), session.voice.paint))
}

function wantedChanges(
  session: Session,
  { flag, ramp, segment }: ListOptions,
  wanted: { readonly environment: string | undefined; readonly limit: number },
) {
  if (flag !== undefined) return changesOfFlag(session, flag, wanted)
  if (ramp !== undefined) return changesOf(session, { ...wanted, subject: { kind: 'ramp', key: ramp } })
  if (segment !== undefined) return changesOf(session, { ...wanted, subject: { kind: 'segment', key: segment } })
  return changesOf(session, wanted)
}

async function requireSubject(session: Session, { flag, ramp, segment }: ListOptions): Promise<void> {
  const { connection } = session
  const params = { project: session.project() }
  if (flag !== undefined) await connection.ask((api, signal) => api.getFlag({ params: { ...params, flag }, signal }))
  if (ramp !== undefined)
    await connection.ask((api, signal) => api.getRamp({ params: { ...params, id: ramp }, signal }))
  if (segment !== undefined)
    await connection.ask((api, signal) => api.getSegment({ params: { ...params, segment }, signal }))
}

async function verify(session: Session): Promise<ExitCode> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.verifyAudit({ params, signal }), {
    waitMs: LONGEST_VERIFY_MS,
  })
  const { paint } = session.voice
  const { project } = params
  answer(session, body, [
    body.ok
      ? `${paint.green('✔')} the audit of ${project} holds   ${sayCount(body.entries)} entries, each follows from the one before`
      : `${paint.red('✖')} the audit of ${project} does not hold from ${project}/${body.brokenAt} on   ${sayCount(body.entries)} entries`,
    ...(body.ok
      ? []
      : ['  That entry, or the one before it, was changed outside the server: compare it with a backup.']),
  ])
  return body.ok ? EXIT.done : EXIT.differs
}

/** A long chain takes its time. */
const LONGEST_VERIFY_MS = 120_000
