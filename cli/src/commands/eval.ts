import type { Environment, Explained, FlagExplanation } from '@rampart/contract/admin'
import type { Command } from 'commander'
import { contextOf } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { objectOf } from '../input-files.ts'
import { answerLine, type Shown, traceLines } from '../output/explained.ts'
import { padRight, widthOf } from '../output/layout.ts'
import type { Session } from '../session.ts'
import { type Act, answer, collect, examples } from './command.ts'
import { environmentsOf } from './environments-of.ts'

/** `rampart eval`: what a flag gives to a context, and why. */
export function addEval(program: Command, act: Act): void {
  program
    .command('eval <key>')
    .description('What a flag gives to a context, and why')
    .addHelpText(
      'before',
      examples(
        'eval new-checkout-flow -p demo -e production --context targetingKey=acc_918 --context age:=30 --trace',
        'eval new-checkout-flow -p demo --all-envs --context-file context.json',
      ),
    )
    .option('--context <name=value>', 'an attribute: plan=pro is a text, age:=30 is JSON (repeatable)', collect)
    .option('--context-file <file>', 'a JSON object of attributes; - reads the standard input')
    .option('--trace', 'show every step on the way to the answer')
    .option('--all-envs', 'in every environment of the project')
    .option('--revision <n>', 'as it was served at an earlier revision of the environment')
    .action(act(evaluate))
}

interface EvalOptions {
  readonly context?: readonly string[]
  readonly contextFile?: string
  readonly trace?: boolean
  readonly allEnvs?: boolean
  readonly revision?: string
}

async function evaluate(session: Session, flag: string, options: EvalOptions): Promise<ExitCode> {
  const { context: pairs = [], contextFile, trace = false, allEnvs = false } = options
  const revision = options.revision === undefined ? undefined : revisionOf(options.revision)
  const file = contextFile === undefined ? {} : await objectOf(session.world, contextFile)
  const context = { ...file, ...contextOf(pairs) }
  if (allEnvs && session.namedEnvironment() !== undefined) {
    throw new UsageError('--all-envs shows every environment: leave out -e.')
  }
  if (allEnvs && revision !== undefined) {
    throw new UsageError('--revision counts the changes of one environment: name it by -e instead of --all-envs.')
  }
  const ask = (environment: string): Promise<Explained> => {
    return explain(session, { environment, flag, context, revision })
  }
  if (allEnvs) return answerAll(session, flag, { trace, environments: await environmentsOf(session), ask })
  const { revision: answered, environment, masked, items } = await ask(session.environment())
  const explanation = only(items)
  const shown = { explanation, revision: answered, masked }
  const { paint } = session.voice
  const lines = [answerLine(shown, paint), ...(trace ? traceLines(shown, paint) : [])]
  answer(session, { flag, environment, revision: answered, ...documentOf(explanation, trace) }, lines)
  return exitOf([explanation])
}

function revisionOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(`--revision: "${text}" must be a revision, such as 41.`)
}

interface Everywhere {
  readonly trace: boolean
  readonly environments: readonly Environment[]
  readonly ask: (environment: string) => Promise<Explained>
}

async function answerAll(session: Session, flag: string, { trace, environments, ask }: Everywhere): Promise<ExitCode> {
  const { paint } = session.voice
  const all = await Promise.all(environments.map(({ key }) => ask(key)))
  const width = Math.max(0, ...all.map(({ environment }) => widthOf(environment)))
  const lines = all.flatMap(({ environment, revision, masked, items }) => {
    const shown: Shown = { explanation: only(items), revision, masked }
    const head = `${padRight(environment, width)}   ${answerLine(shown, paint)}`
    return [head, ...(trace ? traceLines(shown, paint) : [])]
  })
  const document = all.map(({ environment, revision, items }) => ({
    environment,
    revision,
    ...documentOf(only(items), trace),
  }))
  answer(session, { flag, environments: document }, lines)
  return exitOf(all.map(({ items }) => only(items)))
}

interface Question {
  readonly environment: string
  readonly flag: string
  readonly context: object
  readonly revision: number | undefined
}

async function explain(session: Session, { environment, flag, context, revision }: Question): Promise<Explained> {
  const params = { project: session.project(), environment }
  // what a context may hold is the server's to say
  const body = { flag, context: context as Readonly<Record<string, never>> }
  const query = revision === undefined ? {} : { revision }
  return (await session.connection.ask((api, signal) => api.explain({ params, query, body, signal }))).body
}

function only([explanation]: readonly FlagExplanation[]): FlagExplanation {
  if (explanation === undefined) throw new Error('the server explained no flag')
  return explanation
}

function documentOf({ answer, steps, rules }: FlagExplanation, trace: boolean) {
  return { answer, ...(trace ? { steps, rules } : {}) }
}

/** A flag that cannot be evaluated is for a person to look at. */
function exitOf(explanations: readonly FlagExplanation[]): ExitCode {
  return explanations.some((one) => one.answer.reason === 'error') ? EXIT.unexpected : EXIT.done
}
