import type { Environment, FlagConfig, FlagListItem } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { flagLines, flagRows } from '../output/flags.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, collect, withComment } from './command.ts'
import { changeConfig, sayRevision } from './config-change.ts'

/** `rampart flags …`: what is there, a new one, on and off. */
export function addFlags(program: Command, act: Act): void {
  const flags = program.command('flags').alias('flag').description('List, read, create and switch flags')
  flags
    .command('list [search]')
    .description('Flags of a project with their state in each environment')
    .option('--archived', 'archived flags instead')
    .action(act(list))
  flags.command('get <key>').description('A flag and what it does in each environment').action(act(get))
  flags
    .command('create <key>')
    .description('Create a flag, off in every environment')
    .addOption(new Option('--type <type>', 'what it serves').choices(['boolean', 'string', 'number', 'json']))
    .option(
      '--variation <key=value>',
      'a variation, the off variation first (repeatable; boolean flags have on and off)',
      collect,
    )
    .option('--name <text>', 'its name for people')
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--kind <kind>', 'how long it should live').choices([
        'release',
        'experiment',
        'operational',
        'permanent',
      ]),
    )
    .option('--tag <tag>', 'a tag (repeatable)', collect)
    .option('--owner <name>', 'who answers for it')
    .option('--client-side', 'give it to browsers too')
    .action(act(create))
  flags
    .command('on <key>')
    .description('Switch a flag on in an environment')
    .action(act((session, key: string) => turn(session, key, true)))
  flags
    .command('off <key>')
    .description('Switch a flag off: its off variation for everyone')
    .action(act((session, key: string) => turn(session, key, false)))
}

async function list(
  session: Session,
  search: string | undefined,
  options: { readonly archived?: boolean },
): Promise<ExitCode> {
  const project = session.project()
  const items: FlagListItem[] = []
  let cursor: string | undefined
  do {
    const query = {
      ...(search === undefined ? {} : { q: search }),
      ...(options.archived === true ? { archived: 'true' as const } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    }
    const { body } = await session.connection.ask((api, signal) =>
      api.listFlags({ params: { project }, query, signal }),
    )
    items.push(...body.items)
    cursor = body.next ?? undefined
  } while (cursor !== undefined)
  const only = session.namedEnvironment()
  const columns = (await environmentsOf(session))
    .map(({ key }) => key)
    .filter((key) => only === undefined || key === only)
  const rows = flagRows(items, columns, session.voice.paint)
  return answer(
    session,
    { items },
    rows.length === 0 ? [`No flags${search === undefined ? '' : ` match "${search}"`}.`] : rows,
  )
}

async function get(session: Session, key: string): Promise<ExitCode> {
  const { connection } = session
  const project = session.project()
  const [{ body: flag }, environments] = await Promise.all([
    connection.ask((api, signal) => api.getFlag({ params: { project, flag: key }, signal })),
    environmentsOf(session),
  ])
  const only = session.namedEnvironment()
  const shown = environments.filter((environment) => only === undefined || environment.key === only)
  const configs = await Promise.all(
    shown.map(async (environment): Promise<FlagConfig> => {
      const params = { project, environment: environment.key, flag: key }
      return (await connection.ask((api, signal) => api.getConfig({ params, signal }))).body
    }),
  )
  return answer(session, { flag, environments: configs }, flagLines(flag, shown, configs, session.voice.paint))
}

const RANK: Record<Environment['class'], number> = { development: 0, staging: 1, production: 2 }

/** The environments of the project in the order that a change takes: production last. */
async function environmentsOf(session: Session): Promise<readonly Environment[]> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listEnvironments({ params, signal }))
  return body.items.toSorted((a, b) => RANK[a.class] - RANK[b.class])
}

interface CreateOptions {
  readonly type?: 'boolean' | 'string' | 'number' | 'json'
  readonly variation?: readonly string[]
  readonly name?: string
  readonly description?: string
  readonly kind?: 'release' | 'experiment' | 'operational' | 'permanent'
  readonly tag?: readonly string[]
  readonly owner?: string
  readonly clientSide?: boolean
}

async function create(session: Session, key: string, options: CreateOptions): Promise<ExitCode> {
  const { type = 'boolean', variation, tag, clientSide, ...rest } = options
  if (type !== 'boolean' && variation === undefined)
    throw new UsageError(`A ${type} flag needs its variations: --variation control=… --variation next=…`)
  const body = {
    key,
    type,
    ...rest,
    ...(variation === undefined ? {} : { variations: variation.map((text) => parseVariation(text, type)) }),
    ...(tag === undefined ? {} : { tags: [...tag] }),
    ...(clientSide === true ? { clientSide } : {}),
  }
  const params = { project: session.project() }
  const reply = await session.connection.ask(
    (api, signal) => api.createFlag({ params, body, ...withComment(session), signal }),
    { delivery: 'once' },
  )
  const { item, auditId } = reply.body
  return answer(session, reply.body, [
    `${session.voice.paint.green('✔')} created ${item.key}   ${item.type}   ${item.variations.map((v) => v.key).join(', ')}   off in every environment`,
    `  audit ${auditId}`,
  ])
}

type Value = boolean | string | number | readonly unknown[] | { readonly [name: string]: unknown }

/** Reads `key=value`; the value of a string flag is the text itself, of the others it is JSON. */
function parseVariation(text: string, type: 'boolean' | 'string' | 'number' | 'json') {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--variation: "${text}" must look like key=value.`)
  const [key, value] = [text.slice(0, at), text.slice(at + 1)]
  return { key, name: null, value: type === 'string' ? value : jsonValue(text, value) }
}

function jsonValue(text: string, value: string): Value {
  try {
    return JSON.parse(value) as Value
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`--variation: the value of "${text}" is not JSON.`)
    throw error
  }
}

async function turn(session: Session, flag: string, on: boolean): Promise<ExitCode> {
  const environment = await session.environmentToChange()
  const params = { project: session.project(), environment, flag }
  const { after } = await changeConfig(session, params, {
    done: (config) => config.on === on,
    change: (api, ifMatch, signal) =>
      api.switchFlag({ params, body: { on }, ifMatch, ...withComment(session), signal }),
  })
  const { paint } = session.voice
  const { item } = after
  return answer(session, after, [
    `${on ? paint.green('●') : paint.dim('○')} ${flag} is ${on ? 'on' : 'off'} in ${environment}`,
    `  ${plain(item.summary)}`,
    ...(item.killed === null ? [] : [paint.yellow(`  It is killed and serves ${item.off} until it is restored.`)]),
    paint.dim(sayRevision(after)),
  ])
}
