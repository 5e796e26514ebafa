import { type AdminClient, ProblemError, type Ramp, type Reply } from '@rampart/contract/admin'
import type { Connection } from './connection.ts'
import { EXIT, type ExitCode, hasEnded } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { follow } from './follow.ts'
import { attend, type Break } from './interrupts.ts'
import type { OnInterrupt } from './keys.ts'
import { plain } from './output/plain.ts'
import type { Screen } from './screens.ts'
import { stopCode, type Wish } from './stop.ts'
import { extend, type Trail } from './trail.ts'
import type { World } from './world.ts'

export interface WatchOptions {
  readonly wish: Wish
  /** What is known of the steps before the first look. */
  readonly trail: Trail
  /** How long to watch at most; undefined is as long as it takes. */
  readonly timeoutMs: number | undefined
  readonly onTimeout: 'leave' | 'pause' | 'rollback'
  readonly onInterrupt: OnInterrupt
  /** How often the ramp is looked at when nothing changes: evidence comes without a change of the ramp. */
  readonly lookMs: number
  readonly screen: Screen
  /** Whether single keys of the terminal steer the ramp. */
  readonly keys: boolean
}

/** How watching ended. */
export interface Watched {
  readonly ramp: Ramp
  readonly trail: Trail
  readonly exitCode: ExitCode
}

/**
 * Watches a ramp until it ends, until what was wished for, or until somebody stops watching. The server runs the ramp:
 * whatever happens to this loop, the ramp goes on, and another watcher may take its place.
 */
export async function watch(
  world: World,
  connection: Connection,
  first: Ramp,
  options: WatchOptions,
): Promise<Watched> {
  const { wish, screen } = options
  let ramp = first
  let trail = extend(options.trail, first)
  const desk = attend(world, {
    ...options,
    isPaused: () => ramp.state === 'paused',
    sayKeys: (line) => screen.keys(line),
  })
  screen.show(first, follow(undefined, first, connection.now()), connection.now())

  const looked = (next: Ramp): void => {
    const now = connection.now()
    screen.show(next, follow(ramp, next, now), now)
    ramp = next
    trail = extend(trail, next)
  }

  let asked: RampCommand | undefined
  try {
    for (;;) {
      const code = stopCode(ramp, wish, connection.now())
      if (code !== undefined) return { ramp, trail, exitCode: code }
      const command = asked
      asked = undefined
      const next = await desk.during((signal) =>
        command === undefined
          ? look(connection, ramp, options, signal)
          : steer(connection, ramp, { command, screen, signal }),
      )
      if (next.kind === 'done') {
        looked(next.value)
        continue
      }
      const answer = answerTo(next.because, options.onTimeout)
      if (answer.kind === 'steer') {
        asked = answer.command
        continue
      }
      // from here on a second Ctrl-C ends the process, as everywhere
      desk.close()
      if (answer.first !== 'leave') looked(await steer(connection, ramp, { command: answer.first, screen }))
      return { ramp, trail, exitCode: answer.exitCode }
    }
  } finally {
    desk.close()
    screen.close(connection.now())
  }
}

type RampCommand = 'pause' | 'resume' | 'advance' | 'rollback'

type Answer =
  | { readonly kind: 'steer'; readonly command: RampCommand }
  | { readonly kind: 'stop'; readonly first: 'leave' | 'pause' | 'rollback'; readonly exitCode: ExitCode }

function answerTo(because: Break, onTimeout: 'leave' | 'pause' | 'rollback'): Answer {
  switch (because.kind) {
    case 'timeout':
      return { kind: 'stop', first: onTimeout, exitCode: EXIT.timeout }
    case 'stop':
      return because
    case 'pause':
    case 'resume':
    case 'advance':
    case 'rollback':
      return { kind: 'steer', command: because.kind }
  }
}

/** One look: answers when the ramp changed, or after `lookMs`. */
async function look(
  connection: Connection,
  ramp: Ramp,
  { lookMs, screen }: WatchOptions,
  signal: AbortSignal,
): Promise<Ramp> {
  const params = { project: ramp.project, id: ramp.id }
  const waitMs = untilNextLook(ramp, lookMs, connection.now())
  const query = { wait: `${waitMs}ms`, version: ramp.version }
  const { body } = await connection.ask((api, within) => api.getRamp({ params, query, signal: within }), {
    waitMs,
    signal,
    note: (line) => screen.note(line, connection.now()),
  })
  return body
}

/** A moment after a decision is due; its outcome may be another hold, which does not change what is stored. */
const AFTER_DECISION_MS = 300

function untilNextLook({ nextDecisionAt }: Ramp, lookMs: number, now: number): number {
  if (nextDecisionAt === null) return lookMs
  const due = Date.parse(nextDecisionAt) - now
  return due <= 0 ? lookMs : Math.min(lookMs, due + AFTER_DECISION_MS)
}

interface Steering {
  readonly command: RampCommand
  readonly screen: Screen
  readonly signal?: AbortSignal
}

/** Does something to the ramp. When it ended in the meantime there is nothing left to do, and the look says so. */
async function steer(connection: Connection, ramp: Ramp, { command, screen, signal }: Steering): Promise<Ramp> {
  const breakable = signal === undefined ? {} : { signal }
  const call = (api: AdminClient, within: AbortSignal): Promise<Reply<unknown>> => {
    const input = { params: { project: ramp.project, id: ramp.id }, body: {}, signal: within }
    switch (command) {
      case 'pause':
        return api.pauseRamp(input)
      case 'resume':
        return api.resumeRamp(input)
      case 'advance':
        return api.advanceRamp(input)
      case 'rollback':
        return api.rollbackRamp(input)
    }
  }
  let refused: string | undefined
  try {
    await connection.ask(call, { ...breakable, delivery: command === 'advance' ? 'once' : 'again' })
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof Failure)) throw error
    refused = error.message
  }
  const params = { project: ramp.project, id: ramp.id }
  const { body } = await connection.ask((api, within) => api.getRamp({ params, signal: within }), breakable)
  if (refused !== undefined && !hasEnded(body.state))
    screen.note(plain(`could not ${command} the ramp: ${refused}`), connection.now())
  return body
}
