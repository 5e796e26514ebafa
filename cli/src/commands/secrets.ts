import { ProblemError, type Reply } from '@rampart/contract/admin'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { Failure, UsageError } from '../failure.ts'
import type { Session } from '../session.ts'

export interface NewSecret {
  readonly secret: string
  /** The variable that it belongs into. */
  readonly variable: string
  /** What the answer of the server was, for `--json`. */
  readonly document: unknown
  /** What was made, for people. */
  readonly words: string
  /** Whether `NAME=secret` was asked for. */
  readonly envLine: boolean
}

/**
 * Prints a new secret, once: alone on the standard output, so that a script can keep it, with what it is on the standard error.
 */
export function tellSecret(
  { world, voice, pipeline }: Session,
  { secret, variable, document, words, envLine }: NewSecret,
): ExitCode {
  // from here on the log of the job shows asterisks instead
  if (pipeline.dialect === 'github') world.stderr.write(`::add-mask::${secret}\n`)
  if (!voice.quiet) world.stderr.write(`${words}\nThe secret is shown this once and never again:\n`)
  if (voice.json) world.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  else world.stdout.write(`${envLine ? `${variable}=` : ''}${secret}\n`)
  return EXIT.done
}

/** The one that is meant by its id, or by its name when no other has it. */
export function oneOf<T extends { readonly id: string; readonly name: string }>(
  items: readonly T[],
  idOrName: string,
  what: string,
): T {
  const named = items.filter(({ id, name }) => id === idOrName || name === idOrName)
  const [found, another] = named
  if (found === undefined) throw new Failure('not_found', `There is no ${what} ${idOrName}.`)
  const exact = named.find(({ id }) => id === idOrName)
  if (another === undefined || exact !== undefined) return exact ?? found
  throw new UsageError(`Several are named ${idOrName}; name one by its id: ${named.map(({ id }) => id).join(', ')}.`)
}

/** Revokes what was there a moment ago. When its answer gets lost, the next try finds it gone, which is what was asked for. */
export async function revoke<T>(call: () => Promise<Reply<T>>): Promise<T | undefined> {
  try {
    return (await call()).body
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'not_found') return undefined
    throw error
  }
}
