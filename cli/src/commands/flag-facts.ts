import { type Flag, marksFor, type ToldToPages, toldToPages } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import { collect } from './command.ts'

/** What a command says of the facts of a flag: what is the same in every environment. False takes one away. */
export interface FactOptions {
  readonly name?: string
  readonly description?: string
  readonly kind?: Flag['kind']
  readonly owner?: string | false
  readonly tag?: readonly string[] | false
  readonly pages?: ToldToPages
}

/** The options for the facts of a flag, which are the same when it is made and when it is edited. */
export function addFactOptions(command: Command): Command {
  return command
    .option('--name <text>', 'its name for people')
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--kind <kind>', 'how long it should live').choices([
        'release',
        'experiment',
        'operational',
        'permanent',
      ]),
    )
    .option('--owner <name>', 'who answers for it')
    .option('--tag <tag>', 'one of its tags; name all of them (repeatable)', collect)
    .addOption(
      new Option(
        '--pages <what>',
        'what pages are told: its rules and values, its values only (its rules stay on the server), or nothing',
      ).choices(toldToPages),
    )
}

/** The facts that are named, in the members of the API. */
export function factsOf({ owner, tag, pages, ...rest }: FactOptions) {
  return {
    ...rest,
    ...(owner === undefined ? {} : { owner: owner === false || owner === '' ? null : owner }),
    ...(tag === undefined ? {} : { tags: tag === false ? [] : tag.filter((one) => one !== '') }),
    ...(pages === undefined ? {} : marksFor(pages)),
  }
}
