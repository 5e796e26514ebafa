import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'

/** `rampart flags archive` and `unarchive`. */
export function addFlagArchive(flags: Command, act: Act): void {
  for (const { name, description, archived } of [
    { name: 'archive', description: 'Put a flag away; code that still asks keeps its last answer', archived: true },
    { name: 'unarchive', description: 'Bring a flag back from the archive', archived: false },
  ])
    flags
      .command(`${name} <key>`)
      .description(description)
      .addHelpText(
        'before',
        examples(
          `flags ${name} new-checkout-flow -p demo`,
          `flags ${name} new-checkout-flow -p demo --comment "the code is ${archived ? 'gone' : 'back'}"`,
        ),
      )
      .action(act((session, key: string) => archive(session, key, archived)))
}

async function archive(session: Session, flag: string, archived: boolean): Promise<ExitCode> {
  const params = { project: session.project(), flag }
  const { body: before } = await session.connection.ask((api, signal) => api.getFlag({ params, signal }))
  const { body: after } = await session.connection.ask((api, signal) =>
    api.patchFlag({ params, body: { archived }, ...withComment(session), signal }),
  )
  const { paint } = session.voice
  const was = (before.archivedAt !== null) === archived
  return answer(session, after, [
    `${paint.green('✔')} ${flag} ${archived ? 'is archived' : 'is back from the archive'}`,
    ...(archived ? ['  Code that still asks for it keeps getting its last configuration.'] : []),
    paint.dim(was ? '  It was so before, nothing was changed.' : `  audit ${after.auditId}`),
  ])
}
