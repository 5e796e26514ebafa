import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { factLines } from '../output/flags.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'
import { addFactOptions, type FactOptions, factsOf } from './flag-facts.ts'

/** `rampart flags edit`. */
export function addFlagEdit(flags: Command, act: Act): void {
  const command = flags
    .command('edit <key>')
    .description('Change what is the same in every environment; what is not named stays')
    .addHelpText(
      'before',
      examples(
        'flags edit new-checkout-flow -p demo --pages values',
        'flags edit new-checkout-flow -p demo --owner "Shop team" --tag checkout --tag q4',
      ),
    )
  addFactOptions(command)
    .option('--no-owner', 'nobody answers for it')
    .option('--no-tag', 'it has no tags')
    .action(act(edit))
}

async function edit(session: Session, flag: string, options: FactOptions): Promise<ExitCode> {
  if (Object.keys(options).length === 0)
    throw new UsageError('What should be different? Name it with --name, --owner, --tag, --pages and so on.')
  const params = { project: session.project(), flag }
  const { body: before } = await session.connection.ask((api, signal) => api.getFlag({ params, signal }))
  const { body: after } = await session.connection.ask((api, signal) =>
    api.patchFlag({ params, body: factsOf(options), ...withComment(session), signal }),
  )
  const { paint } = session.voice
  const [first = '', ...rest] = factLines(after.item, options)
  const same = before.version === after.item.version
  return answer(session, after, [
    `${paint.green('✔')} ${flag}: ${first}`,
    ...rest.map((line) => `  ${line}`),
    paint.dim(same ? '  It was so before, nothing was changed.' : `  audit ${after.auditId}`),
  ])
}
