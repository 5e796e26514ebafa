import picocolors from 'picocolors'

/** The colours of one stream; every function is the identity when it has none. */
export type Paint = ReturnType<typeof picocolors.createColors>

export type ColorChoice = 'auto' | 'always' | 'never'

/** `--color`, then NO_COLOR (no-color.org) and FORCE_COLOR, then whether the stream is a terminal. */
export function paintFor(
  choice: ColorChoice,
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  return picocolors.createColors(decideColor(choice, isTerminal, env).colors)
}

/** Whether there are colours, and what says so. */
export function decideColor(
  choice: ColorChoice,
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): { readonly colors: boolean; readonly from: string } {
  if (choice !== 'auto') return { colors: choice === 'always', from: '--color' }
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return { colors: false, from: 'NO_COLOR' }
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '')
    return { colors: env['FORCE_COLOR'] !== '0', from: 'FORCE_COLOR' }
  if (isTerminal && env['TERM'] === 'dumb') return { colors: false, from: 'TERM' }
  return { colors: isTerminal, from: isTerminal ? 'a terminal' : 'no terminal' }
}
