/** What one question of `rampart doctor` found. */
export interface Check {
  readonly name: 'settings' | 'address' | 'transport' | 'clock' | 'version' | 'token' | 'rights' | 'stream'
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly words: string
  /** What to do; absent when all is well. */
  readonly todo?: string
  /** What was measured, for machines. */
  readonly measured?: Readonly<Record<string, string | number | boolean | null>>
}

export type Measured = NonNullable<Check['measured']>

export function ok(name: Check['name'], words: string, measured?: Measured): Check {
  return { name, verdict: 'ok', words, ...(measured === undefined ? {} : { measured }) }
}

/** It works, and may not for long, or not for everybody. */
export function warn(name: Check['name'], words: string, todo: string, measured?: Measured): Check {
  return { name, verdict: 'warn', words, todo, ...(measured === undefined ? {} : { measured }) }
}

/** Nothing will work until it is mended. */
export function fail(name: Check['name'], words: string, todo: string, measured?: Measured): Check {
  return { name, verdict: 'fail', words, todo, ...(measured === undefined ? {} : { measured }) }
}
