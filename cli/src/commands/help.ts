import type { Command } from 'commander'
import { EXIT, exitCodes } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { table } from '../output/layout.ts'
import { VERSION } from '../session.ts'
import { type ActHere, answer, examples } from './command.ts'

/** `rampart help [topic]` and `rampart version`. */
export function addHelp(program: Command, actHere: ActHere): void {
  program.helpCommand(false)
  program
    .command('help [topic...]')
    .description('Help for a command, or for a topic: exit-codes')
    .addHelpText('before', examples('help ramp run', 'help exit-codes'))
    .action(
      actHere((here, topic: readonly string[]) => {
        if (topic.join(' ') === 'exit-codes') return Promise.resolve(answer(here, { exitCodes }, exitCodeLines()))
        commandNamed(program, topic).outputHelp()
        return Promise.resolve(EXIT.done)
      }),
    )
  program
    .command('version')
    .description('The version of this command')
    .addHelpText('before', examples('version', 'version --json'))
    .action(actHere((here) => Promise.resolve(answer(here, { name: 'rampart', version: VERSION }, [VERSION]))))
}

export function exitCodeLines(): readonly string[] {
  return table([
    ['code', 'meaning', 'typical reaction'],
    ...exitCodes.map(({ code, meaning, reaction }) => [String(code).padStart(4), meaning, reaction]),
  ])
}

function commandNamed(program: Command, names: readonly string[]): Command {
  return names.reduce((command, name) => {
    const next = command.commands.find((one) => one.name() === name || one.aliases().includes(name))
    if (next === undefined) throw new UsageError(`There is no help for "${names.join(' ')}".`, 'Topics: exit-codes.')
    return next
  }, program)
}
