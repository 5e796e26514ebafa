import { ProblemError } from '@rampart/contract/admin'
import { CommanderError } from 'commander'
import { pipelineOf } from './ci.ts'
import { codeOfProblem, EXIT, type ExitCode } from './exit-codes.ts'
import { Failure, type PrintedProblem, problemOf, UsageError } from './failure.ts'
import { annotation } from './output/github.ts'
import { plain } from './output/plain.ts'
import { createProgram } from './program.ts'
import type { Sink, World } from './world.ts'

/** Runs one command line and answers its exit code. Never rejects: what goes wrong is said and becomes a code. */
export async function run(argv: readonly string[], outside: World): Promise<ExitCode> {
  const secrets = new Set<string>()
  const world: World = { ...outside, stdout: hiding(outside.stdout, secrets), stderr: hiding(outside.stderr, secrets) }
  let code: ExitCode = EXIT.done
  const program = createProgram({
    world,
    keepSecret: (secret) => secrets.add(secret),
    finish: (given) => {
      code = given
    },
  })
  try {
    if (argv.length === 0) {
      program.outputHelp()
      return EXIT.done
    }
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    return report(error, { world, json: wantsJson(argv), debug: argv.includes('--debug') })
  }
}

interface Reporting {
  readonly world: World
  readonly json: boolean
  readonly debug: boolean
}

function report(error: unknown, { world, json, debug }: Reporting): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done
    // commander has said it to the standard error already
    if (json) print(world, problemOf(new UsageError(error.message.replace(/^error: /, ''))))
    return EXIT.usage
  }
  const problem = asProblem(error)
  if (json) print(world, problem)
  world.stderr.write(`${words(problem).join('\n')}\n`)
  if (debug && error instanceof Error && problem.exitCode === EXIT.unexpected)
    world.stderr.write(`${error.stack ?? ''}\n`)
  if (pipelineOf(world.env).dialect === 'github')
    world.stderr.write(`${annotation('error', problem.title, plain(problem.detail))}\n`)
  return problem.exitCode
}

function asProblem(error: unknown): PrintedProblem {
  if (error instanceof ProblemError) return { ...error.problem, exitCode: codeOfProblem(error.problem) }
  if (error instanceof Failure) return problemOf(error)
  return problemOf(
    new Failure(
      'unexpected',
      error instanceof Error ? error.message : String(error),
      'Run it again with --debug to see where.',
    ),
  )
}

/** The server's hints speak of the API; these say the same in flags. */
const HINTS: Readonly<Partial<Record<PrintedProblem['code'], string>>> = {
  ramp_active: 'Watch it, roll it back, or end it: --replace with ramp run, --end-ramp with rollout set.',
  cooling_down: 'Look at the evidence with rampart ramp status; then wait, or pass --cooldown 0 and a --reason.',
  blind_step: 'Name a guard, such as --guard checkout_error, or say --no-guards.',
  unknown_metric: 'Mend the name, or pass --allow-new-metric when it is to come.',
  revision_mismatch: 'Somebody changed it since: look at what it is now, and say the command again.',
  unauthenticated: 'The token comes from RAMPART_TOKEN, RAMPART_TOKEN_FILE, --token-file or --token-stdin.',
}

/** What went wrong, where exactly, what to do, and what to name when asking for help. */
function words(problem: PrintedProblem): readonly string[] {
  // a single mistake is in the sentence already
  const places = ('errors' in problem ? (problem.errors ?? []) : []).filter(
    ({ pointer, message, nearest }) => nearest !== undefined || !problem.detail.startsWith(`${pointer} ${message}.`),
  )
  const request = 'requestId' in problem && problem.requestId !== '' ? [`  request ${problem.requestId}`] : []
  const missing =
    'permission' in problem && problem.permission !== undefined ? [`  missing: ${problem.permission}`] : []
  const hint = HINTS[problem.code] ?? problem.hint
  return [
    `rampart: ${plain(problem.detail)}`,
    ...places.map(
      ({ pointer, message, nearest }) =>
        `  ${plain(`${pointer} ${message}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`)}`,
    ),
    ...missing,
    ...(hint === undefined ? [] : [`  ${plain(hint)}`]),
    ...request,
  ]
}

function print(world: World, problem: PrintedProblem): void {
  world.stdout.write(`${JSON.stringify(problem, null, 2)}\n`)
}

/** Asked before the options are parsed, because parsing them may be what fails. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (arg, i) =>
      arg === '--json' ||
      arg === '-ojson' ||
      arg === '--output=json' ||
      ((arg === '-o' || arg === '--output') && argv[i + 1] === 'json'),
  )
}

/** A stream on which no secret appears, whatever is written to it. */
function hiding(sink: Sink, secrets: ReadonlySet<string>): Sink {
  return {
    ...sink,
    write: (text) => sink.write([...secrets].reduce((shown, secret) => shown.replaceAll(secret, '[token]'), text)),
  }
}
