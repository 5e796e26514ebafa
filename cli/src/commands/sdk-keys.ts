import type { SdkKey } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { sdkKeyRows } from '../output/credentials.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'
import { environmentsShown } from './environments-of.ts'
import { oneOf, revoke, tellSecret } from './secrets.ts'

/** `rampart sdk-keys …`: what applications read their flags with. */
export function addSdkKeys(program: Command, act: Act): void {
  const keys = program
    .command('sdk-keys')
    .alias('sdk-key')
    .description('List, create and revoke SDK keys')
    .addHelpText(
      'before',
      examples('sdk-keys list -p demo', 'sdk-keys create -p demo -e production --kind server --name shop'),
    )
  keys
    .command('list')
    .description('SDK keys of each environment, without their secrets')
    .addHelpText('before', examples('sdk-keys list -p demo', 'sdk-keys list -p demo -e production --json'))
    .action(act(list))
  keys
    .command('create')
    .description('Make an SDK key for an environment; it is printed once')
    .addHelpText(
      'before',
      examples(
        'sdk-keys create -p demo -e production --kind server --name shop --env-line >> .env',
        'sdk-keys create -p demo -e staging --kind client --name "pages of the shop"',
      ),
    )
    .addOption(
      new Option('--kind <kind>', 'server: a secret; client: public, for pages')
        .choices(['server', 'client'])
        .default('server'),
    )
    .requiredOption('--name <text>', 'the application that will have it')
    .option('--env-line', 'print it as NAME=key')
    .action(act(create))
  keys
    .command('revoke <key>')
    .description('Revoke an SDK key at once, by its id or its name: its streams end')
    .addHelpText(
      'before',
      examples('sdk-keys revoke k_4b7vg3yexfa7k2mq -p demo', 'sdk-keys revoke shop -p demo -e staging'),
    )
    .action(act(revokeKey))
}

async function list(session: Session): Promise<ExitCode> {
  const items = await allKeys(session)
  const { world, voice, connection } = session
  const options = { now: connection.now(), columns: world.stdout.columns(), paint: voice.paint }
  return answer(session, { items }, sdkKeyRows(items, options))
}

async function allKeys(session: Session): Promise<readonly SdkKey[]> {
  const project = session.project()
  const environments = await environmentsShown(session)
  const lists = await Promise.all(
    environments.map(async ({ key: environment }) => {
      const params = { project, environment }
      return (await session.connection.ask((api, signal) => api.listSdkKeys({ params, signal }))).body.items
    }),
  )
  return lists.flat()
}

interface CreateOptions {
  readonly kind: 'server' | 'client'
  readonly name: string
  readonly envLine?: boolean
}

async function create(session: Session, { kind, name, envLine = false }: CreateOptions): Promise<ExitCode> {
  const params = { project: session.project(), environment: await session.environmentToChange() }
  const reply = await session.connection.ask(
    (api, signal) => api.createSdkKey({ params, body: { kind, name }, ...withComment(session), signal }),
    { delivery: 'once' },
  )
  const { item, secret, auditId } = reply.body
  return tellSecret(session, {
    secret,
    variable: kind === 'server' ? 'RAMPART_SDK_KEY' : 'RAMPART_CLIENT_KEY',
    document: reply.body,
    words: `Made the ${kind} SDK key ${plain(item.name)} (${item.id}) for ${item.environment}; audit ${auditId}.`,
    envLine,
  })
}

async function revokeKey(session: Session, idOrName: string): Promise<ExitCode> {
  const key = oneOf(await allKeys(session), idOrName, 'SDK key')
  const { id, project, environment } = key
  const params = { project, environment, id }
  const revoked = await revoke(() =>
    session.connection.ask((api, signal) => api.revokeSdkKey({ params, ...withComment(session), signal })),
  )
  return answer(session, revoked ?? { item: key, revision: null, auditId: null }, [
    `${session.voice.paint.green('✔')} revoked ${plain(key.name)} (${id}, ${key.prefix}) of ${environment}: its streams end and it is refused`,
    ...(revoked === undefined ? [] : [`  audit ${revoked.auditId}`]),
  ])
}
