import type { FlagConfig } from '@rampart/contract/admin'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { auditRows } from '../output/audit.ts'
import { flagLines, flagRows } from '../output/flags.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'
import { changeConfig, sayRevision } from './config-change.ts'
import { environmentsShown } from './environments-of.ts'
import { addFlagArchive } from './flag-archive.ts'
import { addFlagCreate } from './flag-create.ts'
import { addFlagEdit } from './flag-edit.ts'
import { changesOfFlag } from './history.ts'
import { collectPages, limitFlag } from './pages.ts'

/** `rampart flags …`: what is there, a new one, its facts, on and off. */
export function addFlags(program: Command, act: Act): void {
  const flags = program
    .command('flags')
    .alias('flag')
    .description('List, read, create, edit, switch and archive flags')
    .addHelpText('before', examples('flags list -p demo', 'flags on new-checkout-flow -p demo -e staging'))
  flags
    .command('list [search]')
    .description('Flags of a project with their state in each environment')
    .addHelpText('before', examples('flags list -p demo', 'flags list checkout -p demo -e production'))
    .option('--archived', 'archived flags instead')
    .action(act(list))
  flags
    .command('get <key>')
    .description('A flag and what it does in each environment')
    .addHelpText(
      'before',
      examples('flags get new-checkout-flow -p demo', 'flags get new-checkout-flow -p demo -e production --json'),
    )
    .action(act(get))
  addFlagCreate(flags, act)
  addFlagEdit(flags, act)
  flags
    .command('on <key>')
    .description('Switch a flag on in an environment')
    .addHelpText(
      'before',
      examples(
        'flags on new-checkout-flow -p demo -e staging',
        'flags on new-checkout-flow -p demo -e production --comment "after the review"',
      ),
    )
    .action(act((session, key: string) => turn(session, key, true)))
  flags
    .command('off <key>')
    .description('Switch a flag off: its off variation for everyone')
    .addHelpText(
      'before',
      examples('flags off promo-banner -p demo -e production', 'flags off promo-banner -p demo -e staging --json'),
    )
    .action(act((session, key: string) => turn(session, key, false)))
  flags
    .command('history <key>')
    .description('What changed about a flag, its ramps included, newest first')
    .addHelpText(
      'before',
      examples(
        'flags history new-checkout-flow -p demo',
        'flags history new-checkout-flow -p demo -e production --limit 5',
      ),
    )
    .option('--limit <n>', 'how many changes at most', '50')
    .action(act(history))
  addFlagArchive(flags, act)
}

async function list(
  session: Session,
  search: string | undefined,
  options: { readonly archived?: boolean },
): Promise<ExitCode> {
  const project = session.project()
  const only = {
    ...(search === undefined ? {} : { q: search }),
    ...(options.archived === true ? { archived: 'true' as const } : {}),
  }
  const items = await collectPages(Number.POSITIVE_INFINITY, async (page) => {
    const query = { ...only, ...page }
    return (await session.connection.ask((api, signal) => api.listFlags({ params: { project }, query, signal }))).body
  })
  const columns = (await environmentsShown(session)).map(({ key }) => key)
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
  const [{ body: flag }, shown] = await Promise.all([
    connection.ask((api, signal) => api.getFlag({ params: { project, flag: key }, signal })),
    environmentsShown(session),
  ])
  const configs = await Promise.all(
    shown.map(async (environment): Promise<FlagConfig> => {
      const params = { project, environment: environment.key, flag: key }
      return (await connection.ask((api, signal) => api.getConfig({ params, signal }))).body
    }),
  )
  return answer(session, { flag, environments: configs }, flagLines(flag, shown, configs, session.voice.paint))
}

async function history(session: Session, flag: string, options: { readonly limit: string }): Promise<ExitCode> {
  const limit = limitFlag(options.limit)
  const params = { project: session.project(), flag }
  // a flag that is not there has no history to be empty
  await session.connection.ask((api, signal) => api.getFlag({ params, signal }))
  const items = await changesOfFlag(session, flag, { environment: session.namedEnvironment(), limit })
  return answer(session, { items }, auditRows(items, session.world.stdout.columns(), session.voice.paint))
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
