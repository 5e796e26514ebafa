import type { Environment } from '@rampart/contract/admin'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { tableWithin } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples } from './command.ts'
import { environmentsOf } from './environments-of.ts'

/** `rampart env list`. */
export function addEnv(program: Command, act: Act): void {
  const env = program
    .command('env')
    .aliases(['environment', 'environments'])
    .description('List environments')
    .addHelpText('before', examples('env list -p demo', 'env list -p demo --json'))
  env
    .command('list')
    .description('Environments of a project, production last')
    .addHelpText('before', examples('env list -p demo', 'env list -p demo --json'))
    .action(act(list))
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
