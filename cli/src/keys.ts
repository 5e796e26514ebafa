import type { ExitCode } from './exit-codes.ts'
import { EXIT } from './exit-codes.ts'

/** What the next key answers. */
export type KeyMode = 'watching' | 'sure to advance' | 'sure to roll back' | 'leaving'

/** What a key asks for. */
export type KeyAction =
  | { readonly kind: 'none' }
  | { readonly kind: 'pause' | 'resume' | 'advance' | 'rollback' }
  /** Stop watching, after this was done to the ramp. */
  | { readonly kind: 'stop'; readonly first: 'leave' | 'pause' | 'rollback'; readonly exitCode: ExitCode }

export type OnInterrupt = 'leave' | 'pause' | 'rollback' | 'ask'

export interface Keyed {
  readonly mode: KeyMode
  readonly action: KeyAction
}

const CTRL_C = '\u0003'

/**
 * A key pressed while watching. What changes how many people have the new variation wants the key twice; Ctrl-C asks
 * what should become of the ramp unless that was said before, and twice it leaves it.
 */
export function onKey(
  mode: KeyMode,
  key: string,
  { paused, onInterrupt }: { readonly paused: boolean; readonly onInterrupt: OnInterrupt },
): Keyed {
  if (mode === 'leaving') return leaving(key)
  if (key === CTRL_C) {
    return onInterrupt === 'ask' ? { mode: 'leaving', action: none } : stopped(onInterrupt, EXIT.interrupted)
  }
  if (mode === 'sure to advance' && key === 'a') return { mode: 'watching', action: { kind: 'advance' } }
  if (mode === 'sure to roll back' && key === 'r') return { mode: 'watching', action: { kind: 'rollback' } }
  switch (key) {
    case 'p':
      return { mode: 'watching', action: { kind: paused ? 'resume' : 'pause' } }
    case 'a':
      return { mode: 'sure to advance', action: none }
    case 'r':
      return { mode: 'sure to roll back', action: none }
    case 'd':
    case 'q':
      return stopped('leave', EXIT.done)
    default:
      return { mode: 'watching', action: none }
  }
}

function leaving(key: string): Keyed {
  switch (key) {
    case CTRL_C:
    case 'l':
      return stopped('leave', EXIT.interrupted)
    case 'p':
      return stopped('pause', EXIT.interrupted)
    case 'r':
      return stopped('rollback', EXIT.interrupted)
    default:
      return { mode: 'watching', action: none }
  }
}

const none: KeyAction = { kind: 'none' }

function stopped(first: 'leave' | 'pause' | 'rollback', exitCode: ExitCode): Keyed {
  return { mode: 'watching', action: { kind: 'stop', first, exitCode } }
}

/** The line that says which keys work. */
export function sayKeys(mode: KeyMode, paused: boolean): string {
  switch (mode) {
    case 'watching':
      return `p ${paused ? 'resume' : 'pause'} · a advance · r roll back · d detach (ramp goes on)`
    case 'sure to advance':
      return 'Press a again to go to the next step without waiting; any other key goes back.'
    case 'sure to roll back':
      return 'Press r again to roll the ramp back; any other key goes back.'
    case 'leaving':
      return 'Leave: l let the ramp go on · p pause it · r roll it back · any other key goes on watching'
  }
}
