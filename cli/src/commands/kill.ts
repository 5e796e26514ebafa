import { type KillResult, ProblemError, type Propagation } from '@rampart/contract/admin'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { saySeconds, sayShare } from '../output/figures.ts'
import { plain } from '../output/plain.ts'
import { durationFlag, type Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'

/** `rampart kill` and `rampart restore`. */
export function addKill(program: Command, act: Act): void {
  program
    .command('kill <key>')
    .description('Kill a flag: its off variation to everyone, at once. Never asks')
    .addHelpText(
      'before',
      examples(
        'kill new-checkout-flow -p demo -e production --reason "errors on checkout"',
        'kill new-checkout-flow -p demo -e production --wait 30s --json',
      ),
    )
    .option('--reason <text>', 'why, for the audit')
    .option('--wait <time>', 'how long to wait for the SDKs', '10s')
    .action(act(kill))
  program
    .command('restore <key>')
    .description('Undo a kill')
    .addHelpText(
      'before',
      examples(
        'restore new-checkout-flow -p demo -e production',
        'restore new-checkout-flow -p demo -e production --reason "mended in 4.2.1"',
      ),
    )
    .option('--reason <text>', 'why, for the audit')
    .action(act(restore))
}

async function kill(
  session: Session,
  flag: string,
  options: { readonly reason?: string; readonly wait: string },
): Promise<ExitCode> {
  const waitMs = durationFlag('--wait', options.wait)
  const environment = await session.environmentToChange()
  const params = { project: session.project(), environment, flag }
  const body = options.reason === undefined ? {} : { reason: options.reason }
  const { body: killed } = await session.connection.ask((api, signal) =>
    api.killFlag({ params, body, ...withComment(session), signal }),
  )
  // said at once: how far it travelled is the second question
  if (!session.voice.json) session.world.stdout.write(`${killedLine(killed, session)}\n`)
  const propagation = await travelled(session, params, waitMs)
  return answer(session, { ...killed, propagation }, [
    ...(propagation === null ? [] : sayTravelled(propagation, session)),
    `  restore with: rampart restore ${flag} -p ${params.project} -e ${environment}`,
  ])
}

function killedLine({ item, already, ramp }: KillResult, { voice }: Session): string {
  const { paint } = voice
  const ended =
    ramp === null ? '' : `   ramp ${ramp.id} ended (killed), the share goes back to ${sayShare(ramp.percent)}`
  const head = already
    ? `${item.flag} was killed before in ${item.environment}`
    : `killed ${item.flag} in ${item.environment}`
  return `${paint.red(paint.bold(`✖ ${head}`))}   everyone gets ${item.off}${ended}`
}

/** The kill is done whatever becomes of this question: its failure is told and changes nothing. */
async function travelled(
  session: Session,
  params: { readonly project: string; readonly environment: string; readonly flag: string },
  waitMs: number,
): Promise<Propagation | null> {
  if (waitMs === 0) return null
  try {
    const { body } = await session.connection.ask(
      (api, signal) => api.getPropagation({ params, query: { wait: `${waitMs}ms` }, signal }),
      { waitMs },
    )
    return body
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof Failure)) throw error
    session.world.stderr.write(`It is killed; how far that travelled could not be read: ${error.message}\n`)
    return null
  }
}

function sayTravelled({ instances, holding, slowestMs, behind }: Propagation, { voice }: Session): readonly string[] {
  const { paint } = voice
  if (instances === 0) return [paint.yellow('  no SDK is connected: it holds for those that come')]
  const time = slowestMs === null ? '' : ` (slowest ${saySeconds(slowestMs)})`
  const line = `  ${holding}/${instances} SDKs have it${time}`
  if (holding >= instances) return [paint.green(line)]
  return [paint.yellow(line), ...behind.slice(0, 5).map((name) => paint.yellow(`  not yet: ${plain(name)}`))]
}

async function restore(session: Session, flag: string, options: { readonly reason?: string }): Promise<ExitCode> {
  const environment = await session.environmentToChange()
  const params = { project: session.project(), environment, flag }
  const body = options.reason === undefined ? {} : { reason: options.reason }
  const reply = await session.connection.ask((api, signal) =>
    api.restoreFlag({ params, body, ...withComment(session), signal }),
  )
  const { item, revision, auditId } = reply.body
  const { paint } = session.voice
  return answer(session, reply.body, [
    `${paint.green('✔')} restored ${flag} in ${environment}`,
    `  ${plain(item.summary)}`,
    paint.dim(`  revision ${revision ?? item.revision} · audit ${auditId}`),
  ])
}
