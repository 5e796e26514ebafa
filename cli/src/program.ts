import { Command, Option } from 'commander'
import { addAudit } from './commands/audit.ts'
import type { Act, ActHere } from './commands/command.ts'
import { addConfig } from './commands/config.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEnv } from './commands/env.ts'
import { addEval } from './commands/eval.ts'
import { addFlags } from './commands/flags.ts'
import { addGuard } from './commands/guard.ts'
import { addHelp } from './commands/help.ts'
import { addKill } from './commands/kill.ts'
import { addMetrics } from './commands/metrics.ts'
import { addPlan } from './commands/plan.ts'
import { addProjects } from './commands/projects.ts'
import { addRamp } from './commands/ramp.ts'
import { addRollout } from './commands/rollout.ts'
import { addSdkKeys } from './commands/sdk-keys.ts'
import { addSegments } from './commands/segments.ts'
import { addTokens } from './commands/tokens.ts'
import type { ExitCode } from './exit-codes.ts'
import { type GlobalFlags, openSession, startHere, VERSION } from './session.ts'
import type { World } from './world.ts'

const EXAMPLES = `Examples:
  rampart ramp run new-checkout-flow -p demo -e production --steps "1%:10m,10%:15m,50%:30m,100%"
  rampart kill new-checkout-flow -p demo -e production --reason "errors on checkout"
`

const AFTER = `
A token comes from RAMPART_TOKEN, a file or the standard input, never from an argument.
Exit codes: rampart help exit-codes
`

export interface ProgramOptions {
  readonly world: World
  readonly keepSecret: (secret: string) => void
  readonly finish: (code: ExitCode) => void
}

/** The whole command line. Nothing here ends the process: wrong input is thrown, the exit code is handed to `finish`. */
export function createProgram({ world, keepSecret, finish }: ProgramOptions): Command {
  const program = new Command('rampart')
  const actHere: ActHere = (handler) =>
    async function (this: Command, ...args) {
      finish(await handler(startHere(world, this.optsWithGlobals<GlobalFlags>(), keepSecret), ...args))
    }
  const act: Act = (handler) => actHere(async (here, ...args) => handler(await openSession(here), ...args))
  program
    .description('Feature flags whose ramps take themselves back')
    .version(VERSION, '-V, --version')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      getOutHelpWidth: () => world.stdout.columns() ?? 100,
      getErrHelpWidth: () => world.stderr.columns() ?? 100,
    })
    .exitOverride()
  addGlobalFlags(program)
  addFlags(program, act)
  addRollout(program, act)
  addEval(program, act)
  addKill(program, act)
  addRamp(program, act)
  addPlan(program, { act, actHere })
  addGuard(program, act)
  addMetrics(program, act)
  addSegments(program, act)
  addAudit(program, act)
  addProjects(program, act)
  addEnv(program, act)
  addTokens(program, act)
  addSdkKeys(program, act)
  addConfig(program, actHere)
  addDoctor(program, actHere)
  addHelp(program, actHere)
  return program
}

function addGlobalFlags(program: Command): void {
  program
    .option('--url <url>', 'address of the server (RAMPART_URL)')
    .option('--token-file <file>', 'file with the token (RAMPART_TOKEN_FILE)')
    .option('--token-stdin', 'read the token from the standard input')
    .option('-p, --project <key>', 'project (RAMPART_PROJECT)')
    .option('-e, --env <key>', 'environment (RAMPART_ENV)')
    .addOption(new Option('-o, --output <form>', 'form of the result').choices(['text', 'json']))
    .option('--json', 'short for -o json')
    .option('--comment <text>', 'comment for the audit (RAMPART_COMMENT; default in CI: the pipeline)')
    .option('-y, --yes', 'answer questions with yes')
    .option('--no-input', 'never ask')
    .addOption(new Option('--color <when>', 'colours (NO_COLOR, FORCE_COLOR)').choices(['auto', 'always', 'never']))
    .option('-q, --quiet', 'the result only')
    .option('--debug', 'show every exchange with the server, without secrets')
    .option('--retry-for <time>', 'how long to go on when the server is away (default: 60s)')
}
