import type { Ramp } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import { UsageError } from '../failure.ts'
import type { OnInterrupt } from '../keys.ts'
import { logScreen, quietScreen, type Screen, terminalScreen } from '../screens.ts'
import { durationFlag, type Session } from '../session.ts'
import { parseUntil } from '../stop.ts'
import type { WatchOptions } from '../watch.ts'
import { rampUrl } from './find-ramp.ts'

/** The options that say how a ramp is watched. */
export interface WatchFlags {
  readonly until: string
  readonly exitOnHold?: boolean
  readonly timeout?: string
  readonly onTimeout: 'leave' | 'pause' | 'rollback'
  readonly onInterrupt?: OnInterrupt
  readonly heartbeat: string
  readonly summary?: string
}

export function addWatchOptions(command: Command): Command {
  return command
    .option('--until <moment>', 'when to stop watching: done, step:50%, hold or started', 'done')
    .option('--exit-on-hold', 'exit 12 instead of waiting when the ramp is held, paused or waits for approval')
    .option('--timeout <time>', 'watch at most this long, then exit 124')
    .addOption(
      new Option('--on-timeout <action>', 'what to do with the ramp then')
        .choices(['leave', 'pause', 'rollback'])
        .default('leave'),
    )
    .addOption(
      new Option(
        '--on-interrupt <action>',
        'what to do with the ramp on Ctrl-C (default: ask on a terminal, else leave)',
      ).choices(['leave', 'pause', 'rollback', 'ask']),
    )
    .option('--heartbeat <time>', 'a line at least this often in a log', '60s')
    .option(
      '--summary <file>',
      'write the outcome as Markdown; auto appends to GITHUB_STEP_SUMMARY (the default there)',
    )
}

export interface Watching extends Omit<WatchOptions, 'screen' | 'keys' | 'trail'> {
  readonly heartbeatMs: number
}

/** A screen shows new evidence this often; a log does as often as evidence can change much. */
const LIVE_LOOK_MS = 2_000
const LOG_LOOK_MS = 10_000

export function readWatchOptions(session: Session, flags: WatchFlags): Watching {
  const until = parseUntil(flags.until)
  if (until === undefined) throw new UsageError(`--until: "${flags.until}" must be done, step:50%, hold or started.`)
  const { canAsk, live, json } = session.voice
  const heartbeatMs = durationFlag('--heartbeat', flags.heartbeat)
  if (heartbeatMs === 0) throw new UsageError('--heartbeat must be longer than 0.')
  return {
    wish: { until, exitOnHold: flags.exitOnHold === true },
    timeoutMs: flags.timeout === undefined ? undefined : durationFlag('--timeout', flags.timeout),
    onTimeout: flags.onTimeout,
    onInterrupt: flags.onInterrupt ?? (canAsk ? 'ask' : 'leave'),
    lookMs: live && !json ? LIVE_LOOK_MS : Math.min(LOG_LOOK_MS, heartbeatMs),
    heartbeatMs,
  }
}

/** Where this ramp is shown: redrawn on a terminal, in lines elsewhere, and away from the result with `--json`. */
export function screenFor(
  session: Session,
  ramp: Ramp,
  { heartbeatMs }: Watching,
): { readonly screen: Screen; readonly keys: boolean } {
  const { world, voice, pipeline, connection } = session
  if (voice.quiet) return { screen: quietScreen(world.stderr), keys: false }
  if (voice.live && !voice.json)
    return { screen: terminalScreen(world, voice.paint, () => connection.now()), keys: voice.canAsk }
  const sink = voice.json ? world.stderr : world.stdout
  const log = { sink, notes: world.stderr, dialect: pipeline.dialect, heartbeatMs, url: rampUrl(session, ramp) }
  return { screen: logScreen(log), keys: false }
}
