import type { Environment } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { tableWithin } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, collect, examples, withComment } from './command.ts'
import { environmentsOf } from './environments-of.ts'

/** `rampart env …`: the places that flags are served to. */
export function addEnv(program: Command, act: Act): void {
  const env = program
    .command('env')
    .aliases(['environment', 'environments'])
    .description('List, create and edit environments')
    .addHelpText('before', examples('env list -p demo', 'env edit production -p demo --origin https://shop.example'))
  env
    .command('list')
    .description('Environments of a project, production last')
    .addHelpText('before', examples('env list -p demo', 'env list -p demo --json'))
    .action(act(list))
  env
    .command('create <environment>')
    .description('Create an environment; every flag is off there')
    .addHelpText(
      'before',
      examples('env create qa -p demo --class staging', 'env create live-eu -p demo --class production'),
    )
    .addOption(
      new Option('--class <class>', 'what it is for')
        .choices(['development', 'staging', 'production'])
        .makeOptionMandatory(),
    )
    .option('--protected', 'a change to it has to name it; so it is for production, unless you say otherwise')
    .option('--no-protected', 'a change to it need not name it')
    .action(act(create))
  env
    .command('edit <environment>')
    .description('Change what an environment protects and what it tells to browsers; what is not named stays')
    .addHelpText(
      'before',
      examples(
        'env edit production -p demo --origin https://shop.example --origin https://www.shop.example',
        'env edit production -p demo --private-attribute email --private-attribute account.name',
      ),
    )
    .option('--origin <origin>', 'whose pages may use its client keys; name all of them (repeatable)', collect)
    .option('--no-origin', 'pages of every origin may use its client keys')
    .option(
      '--private-attribute <path>',
      'an attribute whose values browsers are told as hashes; name all of them (repeatable)',
      collect,
    )
    .option('--no-private-attribute', 'no attribute is private')
    .option('--protected', 'a change to it has to name it')
    .option('--no-protected', 'a change to it need not name it')
    .action(act(edit))
}

async function list(session: Session): Promise<ExitCode> {
  const items = await environmentsOf(session)
  const [head = '', ...rows] = tableWithin(
    [
      ['environment', 'class', 'protected', 'revision', 'required plan', 'private attributes', 'origins'],
      ...items.map(row),
    ],
    session.world.stdout.columns(),
  )
  return answer(session, { items }, rows.length === 0 ? ['No environments.'] : [session.voice.paint.dim(head), ...rows])
}

interface CreateOptions {
  readonly class: Environment['class']
  readonly protected?: boolean
}

async function create(session: Session, key: string, options: CreateOptions): Promise<ExitCode> {
  const params = { project: session.project() }
  const reply = await session.connection.ask(
    (api, signal) => api.createEnvironment({ params, body: { key, ...options }, ...withComment(session), signal }),
    { delivery: 'once' },
  )
  const { item, auditId } = reply.body
  return answer(session, reply.body, [
    `${session.voice.paint.green('✔')} created ${item.key}   ${item.class}${item.protected ? '   protected' : ''}   every flag is off there`,
    `  audit ${auditId}`,
  ])
}

/** What an edit names. False empties a list. */
interface EditOptions {
  readonly origin?: readonly string[] | false
  readonly privateAttribute?: readonly string[] | false
  readonly protected?: boolean
}

async function edit(session: Session, environment: string, options: EditOptions): Promise<ExitCode> {
  if (Object.keys(options).length === 0)
    throw new UsageError('What should be different? Name it with --origin, --private-attribute or --protected.')
  const params = { project: session.project(), environment }
  const { origin, privateAttribute, protected: isProtected } = options
  const body = {
    ...(isProtected === undefined ? {} : { protected: isProtected }),
    ...(origin === undefined ? {} : { origins: [...(origin || [])] }),
    ...(privateAttribute === undefined ? {} : { privateAttributes: [...(privateAttribute || [])] }),
  }
  const { body: after } = await session.connection.ask((api, signal) =>
    api.patchEnvironment({ params, body, ...withComment(session), signal }),
  )
  const { paint } = session.voice
  const [first = '', ...rest] = settingLines(after.item, options)
  const same = after.revision === null
  return answer(session, after, [
    `${paint.green('✔')} ${environment}: ${first}`,
    ...rest.map((line) => `  ${line}`),
    paint.dim(same ? '  It was so before, nothing was changed.' : `  audit ${after.auditId}`),
  ])
}

/** What was named, as it is now. */
function settingLines({ origins, privateAttributes, ...item }: Environment, options: EditOptions): readonly string[] {
  const lines: string[] = []
  if (options.protected !== undefined) lines.push(item.protected ? 'protected' : 'not protected')
  if (options.origin !== undefined)
    lines.push(`pages of ${origins.map(plain).join(', ') || 'every origin'} may use its client keys`)
  if (options.privateAttribute !== undefined)
    lines.push(`private attributes: ${privateAttributes.map(plain).join(', ') || 'none'}`)
  return lines
}

function row(environment: Environment): readonly string[] {
  const { key, class: of, revision, requiredPlan, privateAttributes, origins } = environment
  return [
    key,
    of,
    environment.protected ? 'yes' : 'no',
    String(revision),
    requiredPlan ?? '–',
    privateAttributes.length === 0 ? '–' : privateAttributes.map(plain).join(', '),
    origins.length === 0 ? 'any' : origins.map(plain).join(', '),
  ]
}
