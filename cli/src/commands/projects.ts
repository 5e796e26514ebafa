import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { table } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'

/** `rampart projects …`. */
export function addProjects(program: Command, act: Act): void {
  const projects = program
    .command('projects')
    .alias('project')
    .description('List and create projects')
    .addHelpText('before', examples('projects list', 'projects create shop --name "The shop"'))
  projects
    .command('list')
    .description('The projects this token may read')
    .addHelpText('before', examples('projects list', 'projects list --json'))
    .action(act(list))
  projects
    .command('create <key>')
    .description('Create a project; it has no environment yet')
    .addHelpText('before', examples('projects create shop', 'projects create shop --name "The shop"'))
    .option('--name <text>', 'its name for people')
    .action(act(create))
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

async function create(session: Session, key: string, { name }: { readonly name?: string }): Promise<ExitCode> {
  const body = { key, ...(name === undefined ? {} : { name }) }
  const reply = await session.connection.ask(
    (api, signal) => api.createProject({ body, ...withComment(session), signal }),
    { delivery: 'once' },
  )
  const { item, auditId } = reply.body
  return answer(session, reply.body, [
    `${session.voice.paint.green('✔')} created project ${item.key}`,
    `  its environments: rampart env create production -p ${item.key} --class production`,
    `  audit ${auditId}`,
  ])
}
