import { parseDuration, parseShortDuration, type Token } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { tokenRows } from '../output/credentials.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, collect, examples, withComment } from './command.ts'
import { oneOf, revoke, tellSecret } from './secrets.ts'

/** `rampart tokens …`: tokens of machines, and kill URLs. */
export function addTokens(program: Command, act: Act): void {
  const tokens = program
    .command('tokens')
    .alias('token')
    .description('List, create and revoke tokens and kill URLs')
    .addHelpText('before', examples('tokens list', 'tokens create --name ci-shop --scope "ramp@shop/*" --expires 90d'))
  tokens
    .command('list')
    .description('Tokens and kill URLs of this server, without their secrets')
    .addHelpText('before', examples('tokens list', 'tokens list --json'))
    .action(act(list))
  tokens
    .command('create')
    .description('Make a token or a kill URL; its secret is printed once')
    .addHelpText(
      'before',
      examples(
        'tokens create --name ci-shop --scope "ramp@shop/*" --scope "kill@shop/*" --expires 90d --env-line >> .env',
        'tokens create --kind kill-url --name pager --scope kill@shop/production/new-checkout-flow',
      ),
    )
    .requiredOption('--name <text>', 'who will have it')
    .requiredOption('--scope <scope>', 'verb@project[/environment[/flag]], * in each place (repeatable)', collect)
    .addOption(new Option('--kind <kind>', 'what it is').choices(['machine', 'kill-url']).default('machine'))
    .option('--expires <time>', 'when it ends: 90d, or a moment such as 2027-01-31T00:00:00Z (default: never)')
    .option('--env-line', 'print it as NAME=secret')
    .action(act(create))
  tokens
    .command('revoke <token>')
    .description('Revoke a token or a kill URL at once, by its id or its name')
    .addHelpText(
      'before',
      examples('tokens revoke t_4b7vg3yexfa7k2mq', 'tokens revoke ci-shop --comment "left in a log"'),
    )
    .action(act(revokeToken))
}

async function list(session: Session): Promise<ExitCode> {
  const items = await allTokens(session)
  const { world, voice, connection } = session
  const options = { now: connection.now(), columns: world.stdout.columns(), paint: voice.paint }
  return answer(session, { items }, tokenRows(items, options))
}

async function allTokens({ connection }: Session): Promise<readonly Token[]> {
  return (await connection.ask((api, signal) => api.listTokens({ signal }))).body.items
}

interface CreateOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly kind: 'machine' | 'kill-url'
  readonly expires?: string
  readonly envLine?: boolean
}

async function create(session: Session, options: CreateOptions): Promise<ExitCode> {
  const { name, scope, kind, expires, envLine = false } = options
  const expiresAt = expires === undefined ? null : expiryFlag(expires, session.connection.now())
  const body = { kind, name, scopes: [...scope], expiresAt }
  const reply = await session.connection.ask(
    (api, signal) => api.createToken({ body, ...withComment(session), signal }),
    { delivery: 'once' },
  )
  const { item, secret, url, auditId } = reply.body
  const what = kind === 'kill-url' ? 'kill URL' : 'token'
  const ends =
    item.expiresAt === null ? 'never expires' : `expires ${item.expiresAt.slice(0, 16).replace('T', ' ')} UTC`
  return tellSecret(session, {
    secret: url ?? secret,
    variable: url === null ? 'RAMPART_TOKEN' : 'RAMPART_KILL_URL',
    document: reply.body,
    words: `Made the ${what} ${plain(item.name)} (${item.id}): ${item.scopes.map(plain).join(', ')}; ${ends}; audit ${auditId}.`,
    envLine,
  })
}

/** A time from now, or a moment. */
function expiryFlag(text: string, now: number): string {
  const ms = parseShortDuration(text) ?? parseDuration(text)
  const at = ms === undefined ? momentOf(text) : now + ms
  if (at !== undefined && at > now && at < LATEST) return new Date(at).toISOString()
  throw new UsageError(
    `--expires: "${text}" must be a time such as 90d, or a moment to come such as 2027-01-31T00:00:00Z.`,
  )
}

/** The year 10000: what comes after has no place in RFC 3339. */
const LATEST = Date.UTC(10_000, 0)

function momentOf(text: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

async function revokeToken(session: Session, idOrName: string): Promise<ExitCode> {
  const token = oneOf(await allTokens(session), idOrName, 'token')
  const { body: self } = await session.connection.ask((api, signal) => api.whoami({ signal }))
  if (self.id === token.id && !session.yes)
    throw new UsageError(
      `${token.name} is the token that this command itself uses; pass --yes to revoke it all the same.`,
    )
  const params = { id: token.id }
  const revoked = await revoke(() =>
    session.connection.ask((api, signal) => api.revokeToken({ params, ...withComment(session), signal })),
  )
  return answer(session, revoked ?? { item: token, revision: null, auditId: null }, [
    `${session.voice.paint.green('✔')} revoked ${plain(token.name)} (${token.id}, ${token.prefix}): it is refused from now on`,
    ...(revoked === undefined ? [] : [`  audit ${revoked.auditId}`]),
  ])
}
