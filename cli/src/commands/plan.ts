import { ProblemError } from '@rampart/contract/admin'
import type { Command } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { objectOf } from '../input-files.ts'
import { plain } from '../output/plain.ts'
import { planLines, planRows } from '../output/plans.ts'
import { readPlan } from '../plan-file.ts'
import type { Here, Session } from '../session.ts'
import { type Act, type ActHere, answer, examples, withComment } from './command.ts'

/** `rampart plan …`: the recipes that ramps are started from. */
export function addPlan(program: Command, { act, actHere }: { readonly act: Act; readonly actHere: ActHere }): void {
  const plan = program
    .command('plan')
    .alias('plans')
    .description('List, read, check and write plans of ramps')
    .addHelpText('before', examples('plan get default -p demo', 'plan apply ramp-plan.json -p demo'))
  plan
    .command('list')
    .description('Plans of a project')
    .addHelpText('before', examples('plan list -p demo', 'plan list -p demo --json'))
    .action(act(list))
  plan
    .command('get <key>')
    .description('A plan: its steps, its guards and its patience')
    .addHelpText('before', examples('plan get default -p demo', 'plan get default -p demo --json > ramp-plan.json'))
    .action(act(get))
  plan
    .command('apply <file>')
    .description('Create or replace a plan; ramps that run keep the plan they began with')
    .addHelpText(
      'before',
      examples('plan apply ramp-plan.json -p demo', 'plan apply ramp-plan.json --key careful -p demo'),
    )
    .option('--key <key>', 'the key of the plan, when the file has none')
    .action(act(apply))
  plan
    .command('validate <file>')
    .description('Check a file without a server; exit 9 when it is no plan')
    .addHelpText('before', examples('plan validate ramp-plan.json', 'plan validate - --key careful < ramp-plan.json'))
    .option('--key <key>', 'the key of the plan, when the file has none')
    .action(actHere(validate))
}

async function list(session: Session): Promise<ExitCode> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listPlans({ params, signal }))
  return answer(session, { items: body.items }, planRows(body.items, session.voice.paint))
}

async function get(session: Session, plan: string): Promise<ExitCode> {
  const params = { project: session.project(), plan }
  const { body } = await session.connection.ask((api, signal) => api.getPlan({ params, signal }))
  return answer(session, body, planLines(body, columnsOf(session), session.voice.paint))
}

function columnsOf({ world }: Session): number {
  return world.stdout.columns() ?? 100
}

interface FileOptions {
  readonly key?: string
}

async function apply(session: Session, file: string, options: FileOptions): Promise<ExitCode> {
  const read = readPlan(await objectOf(session.world, file), options.key)
  if (!read.ok) throw new UsageError(`${file} is no plan; nothing was changed.`, undefined, read.mistakes)
  const { key, version, body } = read.value
  const params = { project: session.project(), plan: key }
  const before = await versionNow(session, params)
  const reply = await session.connection.ask((api, signal) =>
    api.putPlan({
      params,
      body,
      ...(version === undefined ? {} : { ifMatch: version }),
      ...withComment(session),
      signal,
    }),
  )
  const { item, auditId } = reply.body
  const { paint } = session.voice
  const head = `${paint.green('✔')} plan ${key} is version ${item.version}`
  if (item.version === before) return answer(session, reply.body, [`${head}, as it was: nothing was changed`])
  return answer(session, reply.body, [
    head,
    ...planLines(item, columnsOf(session), paint).slice(1),
    paint.dim(`  audit ${auditId}`),
  ])
}

/** 0 when there is no such plan yet. */
async function versionNow(
  { connection }: Session,
  params: { readonly project: string; readonly plan: string },
): Promise<number> {
  try {
    return (await connection.ask((api, signal) => api.getPlan({ params, signal }))).body.version
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'not_found') return 0
    throw error
  }
}

async function validate(here: Here, file: string, options: FileOptions): Promise<ExitCode> {
  const read = readPlan(await objectOf(here.world, file), options.key)
  const { paint } = here.voice
  if (read.ok) {
    answer(here, { ok: true, key: read.value.key, mistakes: [] }, [
      `${paint.green('✔')} ${file} is the plan ${read.value.key}`,
    ])
    return EXIT.done
  }
  answer(here, { ok: false, mistakes: read.mistakes }, [
    `${paint.red('✖')} ${file} is no plan`,
    ...read.mistakes.map(({ pointer, message }) => `  ${plain(`${pointer} ${message}`)}`),
  ])
  return EXIT.differs
}
