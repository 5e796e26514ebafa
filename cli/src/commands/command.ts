import type { Command } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { Here, Session } from '../session.ts'

/** Makes an action of commander from a handler: opens the session, runs it, keeps the exit code. */
export type Act = <A extends readonly unknown[]>(
  handler: (session: Session, ...args: A) => Promise<ExitCode>,
) => (this: Command, ...args: A) => Promise<void>

/** The same for commands that also have something to say when no server is named, or none answers. */
export type ActHere = <A extends readonly unknown[]>(
  handler: (here: Here, ...args: A) => Promise<ExitCode>,
) => (this: Command, ...args: A) => Promise<void>

/** Prints the result of a command in the form that was asked for. */
export function answer(
  { world, voice }: Pick<Session, 'world' | 'voice'>,
  document: unknown,
  lines: readonly string[],
): ExitCode {
  if (voice.json) world.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  else if (lines.length > 0) world.stdout.write(`${lines.join('\n')}\n`)
  return EXIT.done
}

/** For options that may be given several times. A `--no-…` before begins anew. */
export function collect(value: string, before: readonly string[] | false | undefined): readonly string[] {
  return before === undefined || before === false ? [value] : [...before, value]
}

/** The comment of a change, for the audit. */
export function withComment(session: Session): { readonly comment?: string } {
  const { comment } = session.connection
  return comment === undefined ? {} : { comment }
}

/** What the help of a command begins with. */
export function examples(...lines: readonly string[]): string {
  return `Examples:\n${lines.map((line) => `  rampart ${line}\n`).join('')}`
}
