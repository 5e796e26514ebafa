import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import { table } from '../output/layout.ts'
import { VERSION } from '../session.ts'
import type { World } from '../world.ts'

/** `rampart help [topic]` and `rampart version`. */
export function addHelp(program: Command, world: World): void {
  program.helpCommand(false)
  program
    .command('help [topic...]')
    .description('Help for a command, or for a topic: exit-codes')
    .action((topic: readonly string[]) => {
      if (topic.join(' ') === 'exit-codes') world.stdout.write(`${exitCodeLines().join('\n')}\n`)
      else commandNamed(program, topic).outputHelp()
    })
  program
    .command('version')
    .description('The version of this command')
    .action(() => world.stdout.write(`${VERSION}\n`))
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
