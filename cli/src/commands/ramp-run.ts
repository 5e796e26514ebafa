import { randomUUID } from 'node:crypto'
import { ProblemError, type Ramp } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import { EXIT, type ExitCode, hasEnded } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { plain } from '../output/plain.ts'
import { watchAgain } from '../output/words.ts'
import { type StartOptions, startBody } from '../ramp-start.ts'
import type { Session } from '../session.ts'
import { extend } from '../trail.ts'
import { watch } from '../watch.ts'
import { type Act, collect, examples, withComment } from './command.ts'
import { findRamp, knownTrail, rampUrl } from './find-ramp.ts'
import { conclude } from './ramp-result.ts'
import { addWatchOptions, readWatchOptions, screenFor, type WatchFlags } from './watch-options.ts'

/** `rampart ramp run`, `start` and `watch`. */
export function addRampRun(ramp: Command, act: Act): void {
  const run = ramp
    .command('run <flag>')
    .description('Start a ramp and watch it; the exit code says what became of it')
    .addHelpText(
      'before',
      examples(
        'ramp run new-checkout-flow -p demo -e production --steps "1%:10m,10%:15m,50%:30m,100%"',
        'ramp run new-checkout-flow -p demo -e production --plan careful --guard "checkout_error<=1.5x" --timeout 2h',
      ),
    )
    .option('--detach', 'start only, print the id and exit 0')
  addWatchOptions(addStartOptions(run)).action(act(startAndWatch))
  const start = ramp
    .command('start <flag>')
    .description('Start a ramp and leave it to the server')
    .addHelpText(
      'before',
      examples(
        'ramp start new-checkout-flow -p demo -e production --plan careful',
        'ramp start new-checkout-flow -p demo -e staging --steps 50%:5m,100% --no-guards',
      ),
    )
  addStartOptions(start).action(
    act((session, flag: string, options: StartOptions) =>
      startAndWatch(session, flag, { ...options, detach: true, ...QUIET_WATCH }),
    ),
  )
  const again = ramp
    .command('watch <ramp>')
    .description('Watch a ramp, by its id or the key of its flag, as ramp run does')
    .addHelpText(
      'before',
      examples(
        'ramp watch r_4b7vg3yexfa7 -p demo',
        'ramp watch new-checkout-flow -p demo -e production --until step:50%',
      ),
    )
  addWatchOptions(again).action(act(watchFound))
}

const QUIET_WATCH: WatchFlags = { until: 'done', onTimeout: 'leave', heartbeat: '60s' }

function addStartOptions(command: Command): Command {
  return command
    .option('--plan <key>', 'the plan to follow')
    .option('--steps <steps>', 'shares and dwells, such as 1%:10m,10%:15m,50%:30m,100%')
    .option('--to <variation>', 'the variation that is raised (default: on)')
    .option('--rule <id>', 'the rule that is raised (default: everyone else)')
    .option('--from <percent>', 'the share to begin with')
    .option(
      '--guard <guard>',
      'a metric and its limit, such as "checkout_error<=1.5x", "http_5xx<2%:hold" or "web_error:browser" (repeatable)',
      collect,
    )
    .option('--no-guards', 'let nothing watch this ramp')
    .option('--min-samples <n>', 'units that must have met each of the --steps')
    .addOption(new Option('--on-no-data <policy>', 'when nobody is met').choices(['hold', 'rollback']))
    .addOption(
      new Option('--on-few-samples <policy>', 'when --max-hold is over').choices(['hold', 'rollback', 'advance']),
    )
    .option('--max-hold <time>', 'how long a step may wait for evidence, such as 2h')
    .option('--bake <time>', 'how long to keep 1% as control at the end')
    .option('--approve-at <percent>', 'a step that waits for an approval (repeatable)', collect)
    .option('--cooldown <time>', 'how long a rollback keeps the next ramp away; 0 with a --reason skips it')
    .option('--reason <text>', 'why, for the audit')
    .option('--replace', 'end a ramp that runs on this flag instead of refusing')
    .option('--allow-new-metric', 'take a metric that nobody has reported yet')
    .option('--run <id>', 'the run of the pipeline: the same run meets the same ramp (default: of the CI system)')
    .option('--source-url <url>', 'where this ramp came from (default: of the CI system)')
    .option('--commit <hash>', 'the commit that is released (default: of the CI system)')
}

interface RunOptions extends StartOptions, WatchFlags {
  readonly detach?: boolean
}

async function startAndWatch(session: Session, flag: string, options: RunOptions): Promise<ExitCode> {
  // everything that can be wrong is told before anything is started
  const watching = readWatchOptions(session, options)
  const body = startBody(options, session.pipeline, randomUUID())
  const environment = await session.environmentToChange()
  const params = { project: session.project(), environment, flag }
  const reply = await session.connection.ask((api, signal) =>
    api.startRamp({ params, body, ...withComment(session), signal }),
  )
  const ramp = reply.body.item
  if (options.detach === true) return detach(session, ramp, reply.status === 201)
  if (!session.voice.quiet) sayBeginning(session, ramp, reply.status === 201)
  return watchThis(session, ramp, watching, options.summary)
}

async function watchFound(session: Session, idOrKey: string, options: WatchFlags): Promise<ExitCode> {
  const watching = readWatchOptions(session, options)
  const ramp = await findRamp(session, idOrKey, { ended: true })
  return watchThis(session, ramp, watching, options.summary)
}

async function watchThis(
  session: Session,
  ramp: Ramp,
  watching: ReturnType<typeof readWatchOptions>,
  summary: string | undefined,
): Promise<ExitCode> {
  try {
    const trail = await knownTrail(session, ramp)
    const { screen, keys } = screenFor(session, ramp, watching)
    const watched = await watch(session.world, session.connection, ramp, { ...watching, trail, screen, keys })
    return await conclude(session, { ...watched, ramp: await arrived(session, watched.ramp) }, { summary })
  } catch (error) {
    if (!hasEnded(ramp.state))
      session.world.stderr.write(`The ramp goes on without this command. Watch it again with: ${watchAgain(ramp)}\n`)
    throw error
  }
}

/** How long the last change of an ended ramp may travel before the command ends without the proof of it. */
const ARRIVAL_MS = 5_000

/** A ramp that has ended, once the SDKs hold its last share. The outcome stands whatever becomes of this question. */
async function arrived(session: Session, ramp: Ramp): Promise<Ramp> {
  const { instances, holding } = ramp.propagation
  if (!hasEnded(ramp.state) || instances === 0 || holding >= instances) return ramp
  const { project, environment, flag } = ramp
  const params = { project, environment, flag }
  const query = { wait: `${ARRIVAL_MS}ms` }
  try {
    const { body } = await session.connection.ask((api, signal) => api.getPropagation({ params, query, signal }), {
      waitMs: ARRIVAL_MS,
    })
    return { ...ramp, propagation: body }
  } catch (error) {
    if (error instanceof ProblemError || error instanceof Failure) return ramp
    throw error
  }
}

function detach(session: Session, ramp: Ramp, isNew: boolean): Promise<ExitCode> {
  if (!session.voice.quiet && !isNew) session.world.stderr.write(`${attachedWords(ramp)}\n`)
  return conclude(session, { ramp, trail: extend([], ramp), exitCode: EXIT.done }, { detached: true })
}

/** What makes it possible to come back: the ramp does not need this terminal. */
function sayBeginning(session: Session, ramp: Ramp, isNew: boolean): void {
  const { world, voice } = session
  if (!isNew) world.stderr.write(`${attachedWords(ramp)}\n`)
  if (hasEnded(ramp.state)) return
  if (voice.live && !voice.json) {
    world.stderr.write(
      `The server runs this ramp: ${rampUrl(session, ramp)}\nWatch it again with: ${watchAgain(ramp)}\n\n`,
    )
    return
  }
  world.stderr.write(
    `The server runs this ramp (run ${plain(ramp.run ?? '')}). Watch it again with: ${watchAgain(ramp)}\n`,
  )
}

function attachedWords(ramp: Ramp): string {
  return `This run has its ramp already: ${ramp.id}, started ${ramp.startedAt.slice(0, 19).replace('T', ' ')} UTC.`
}
