import { type AdminClient, ProblemError, type Ramp, type Reply } from '@rampart/contract/admin'
import type { Connection } from './connection.ts'
import { EXIT, type ExitCode, hasEnded } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { follow } from './follow.ts'
import { type KeyAction, type KeyMode, type OnInterrupt, onKey, sayKeys } from './keys.ts'
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

/** Why the present look was broken off. */
type Break =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'action'; readonly action: Exclude<KeyAction, { readonly kind: 'none' }> }

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
  const desk = attend(world, options, () => ramp)
  screen.show(first, follow(undefined, first, connection.now()), connection.now())

  const looked = (next: Ramp): void => {
    const now = connection.now()
    screen.show(next, follow(ramp, next, now), now)
    ramp = next
    trail = extend(trail, next)
  }

  try {
    for (;;) {
      const code = stopCode(ramp, wish, connection.now())
      if (code !== undefined) return { ramp, trail, exitCode: code }
      const next = await desk.during((signal) => look(connection, ramp, options, signal))
      if (next.kind === 'looked') {
        looked(next.ramp)
        continue
      }
      const { command, exitCode } = answerTo(next.because, options.onTimeout)
      // from here on a second Ctrl-C ends the process, as everywhere
      if (exitCode !== undefined) desk.close()
      if (command !== 'leave') looked(await act(connection, ramp, command, screen))
      if (exitCode !== undefined) return { ramp, trail, exitCode }
    }
  } finally {
    desk.close()
    screen.close(connection.now())
  }
}

type Command = 'pause' | 'resume' | 'advance' | 'rollback'

interface AnswerToBreak {
  readonly command: Command | 'leave'
  /** Undefined: watching goes on. */
  readonly exitCode: ExitCode | undefined
}

function answerTo(because: Break, onTimeout: 'leave' | 'pause' | 'rollback'): AnswerToBreak {
  if (because.kind === 'timeout') return { command: onTimeout, exitCode: EXIT.timeout }
  const { action } = because
  if (action.kind === 'stop') return { command: action.first, exitCode: action.exitCode }
  return { command: action.kind, exitCode: undefined }
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

/** Does something to the ramp. When it ended in the meantime there is nothing left to do, and the look says so. */
async function act(connection: Connection, ramp: Ramp, command: Command, screen: Screen): Promise<Ramp> {
  const call = (api: AdminClient, signal: AbortSignal): Promise<Reply<unknown>> => {
    const input = { params: { project: ramp.project, id: ramp.id }, body: {}, signal }
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
    await connection.ask(call, { delivery: command === 'advance' ? 'once' : 'again' })
  } catch (error) {
    if (!(error instanceof ProblemError || error instanceof Failure)) throw error
    refused = error.message
  }
  const params = { project: ramp.project, id: ramp.id }
  const { body } = await connection.ask((api, signal) => api.getRamp({ params, signal }))
  if (refused !== undefined && !hasEnded(body.state))
    screen.note(plain(`could not ${command} the ramp: ${refused}`), connection.now())
  return body
}

interface Desk {
  /** Does something that can be broken off by a key, a signal or the end of the time. */
  during(work: (signal: AbortSignal) => Promise<Ramp>): Promise<Interrupted>
  close(): void
}

type Interrupted =
  | { readonly kind: 'looked'; readonly ramp: Ramp }
  | { readonly kind: 'broken off'; readonly because: Break }

/** Listens to keys, signals and the clock while a ramp is watched. */
function attend(world: World, options: WatchOptions, ramp: () => Ramp): Desk {
  let mode: KeyMode = 'watching'
  let waiting: Break | undefined
  let current: AbortController | undefined

  const breakOff = (because: Break): void => {
    waiting ??= because
    current?.abort()
  }
  const sayMode = (): void => options.screen.keys(sayKeys(mode, ramp().state === 'paused'))
  const keyed = (key: string): void => {
    const next = onKey(mode, key, { paused: ramp().state === 'paused', onInterrupt: options.onInterrupt })
    mode = next.mode
    sayMode()
    if (next.action.kind !== 'none') breakOff({ kind: 'action', action: next.action })
  }
  const offKeys = options.keys ? world.onKey?.(keyed) : undefined
  const offSignals = world.onSignal((signal) => {
    if (signal === 'SIGINT' && offKeys !== undefined) return keyed('\u0003')
    const first = options.onInterrupt === 'ask' ? 'leave' : options.onInterrupt
    const exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
    breakOff({ kind: 'action', action: { kind: 'stop', first, exitCode } })
  })
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => breakOff({ kind: 'timeout' }), options.timeoutMs)

  const takeBreak = (): Break | undefined => {
    const because = waiting
    waiting = undefined
    return because
  }

  return {
    async during(work) {
      if (offKeys !== undefined) sayMode()
      const before = takeBreak()
      if (before !== undefined) return { kind: 'broken off', because: before }
      const controller = new AbortController()
      current = controller
      try {
        return { kind: 'looked', ramp: await work(controller.signal) }
      } catch (error) {
        const because = takeBreak()
        if (because === undefined) throw error
        return { kind: 'broken off', because }
      } finally {
        current = undefined
      }
    },
    close() {
      clearTimeout(timer)
      offKeys?.()
      offSignals()
    },
  }
}
