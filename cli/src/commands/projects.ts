import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { table } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples } from './command.ts'

/** `rampart projects list`. */
export function addProjects(program: Command, act: Act): void {
  const projects = program
    .command('projects')
    .alias('project')
    .description('List projects')
    .addHelpText('before', examples('projects list', 'projects list --json'))
  projects
    .command('list')
    .description('The projects this token may read')
    .addHelpText('before', examples('projects list', 'projects list --json'))
    .action(act(list))
}

async function list(session: Session): Promise<ExitCode> {
  const { body } = await session.connection.ask((api, signal) => api.listProjects({ signal }))
  const [head = '', ...rows] = table([['project', 'name'], ...body.items.map(({ key, name }) => [key, plain(name)])])
  return answer(
    session,
    { items: body.items },
    rows.length === 0 ? ['No projects that this token may read.'] : [session.voice.paint.dim(head), ...rows],
  )
}
