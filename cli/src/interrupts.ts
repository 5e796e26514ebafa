import { EXIT } from './exit-codes.ts'
import { type KeyAction, type KeyMode, type OnInterrupt, onKey, sayKeys } from './keys.ts'
import type { World } from './world.ts'

/** Why something was broken off. */
export type Break = { readonly kind: 'timeout' } | Exclude<KeyAction, { readonly kind: 'none' }>

export interface AttendOptions {
  /** How long to wait at most; undefined is as long as it takes. */
  readonly timeoutMs: number | undefined
  readonly onInterrupt: OnInterrupt
  /** Whether single keys of the terminal are listened to. */
  readonly keys: boolean
  readonly isPaused: () => boolean
  /** Hears which keys work now. */
  readonly sayKeys: (line: string) => void
}

export interface Desk {
  /** Does something that can be broken off by a key, a signal or the end of the time. */
  during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Interrupted<T>>
  /** Listens no more: a signal then does what it always does. */
  close(): void
}

type Interrupted<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'broken off'; readonly because: Break }

/** Listens to keys, signals and the clock while a ramp is watched. */
export function attend(world: World, options: AttendOptions): Desk {
  let mode: KeyMode = 'watching'
  let waiting: Break | undefined
  let current: AbortController | undefined

  const breakOff = (because: Break): void => {
    // what ends the watching goes before what does not
    if (waiting === undefined || because.kind === 'stop' || because.kind === 'timeout') waiting = because
    current?.abort()
  }
  const sayMode = (): void => options.sayKeys(sayKeys(mode, options.isPaused()))
  const keyed = (key: string): void => {
    const next = onKey(mode, key, { paused: options.isPaused(), onInterrupt: options.onInterrupt })
    mode = next.mode
    sayMode()
    if (next.action.kind !== 'none') breakOff(next.action)
  }
  const offKeys = options.keys ? world.onKey?.(keyed) : undefined
  const offSignals = world.onSignal((signal) => {
    if (signal === 'SIGINT' && offKeys !== undefined) return keyed('\u0003')
    const first = options.onInterrupt === 'ask' ? 'leave' : options.onInterrupt
    const exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
    breakOff({ kind: 'stop', first, exitCode })
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
        return { kind: 'done', value: await work(controller.signal) }
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
