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
  return picocolors.createColors(hasColor(choice, isTerminal, env))
}

function hasColor(
  choice: ColorChoice,
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '') return env['FORCE_COLOR'] !== '0'
  return isTerminal && env['TERM'] !== 'dumb'
}
