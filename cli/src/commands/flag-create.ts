import { type Command, Option } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { UsageError } from '../failure.ts'
import type { Session } from '../session.ts'
import { type Act, answer, collect, examples, withComment } from './command.ts'
import { addFactOptions, type FactOptions, factsOf } from './flag-facts.ts'

/** `rampart flags create`. */
export function addFlagCreate(flags: Command, act: Act): void {
  const command = flags
    .command('create <key>')
    .description('Create a flag, off in every environment')
    .addHelpText(
      'before',
      examples(
        'flags create new-checkout-flow -p demo --owner "Shop team"',
        'flags create search-ranker -p demo --type string --variation control=control --variation vector=vector',
      ),
    )
    .addOption(new Option('--type <type>', 'what it serves').choices(['boolean', 'string', 'number', 'json']))
    .option(
      '--variation <key=value>',
      'a variation, the off variation first (repeatable; boolean flags have on and off)',
      collect,
    )
  addFactOptions(command).option('--client-side', 'short for --pages rules').action(act(create))
}

interface CreateOptions extends FactOptions {
  readonly type?: 'boolean' | 'string' | 'number' | 'json'
  readonly variation?: readonly string[]
  readonly clientSide?: boolean
}

async function create(session: Session, key: string, options: CreateOptions): Promise<ExitCode> {
  const { type = 'boolean', variation, clientSide, ...named } = options
  if (type !== 'boolean' && variation === undefined)
    throw new UsageError(`A ${type} flag needs its variations: --variation control=… --variation next=…`)
  const body = {
    key,
    type,
    ...factsOf(clientSide === true ? withRules(named) : named),
    ...(variation === undefined ? {} : { variations: variation.map((text) => parseVariation(text, type)) }),
  }
  const params = { project: session.project() }
  const reply = await session.connection.ask(
    (api, signal) => api.createFlag({ params, body, ...withComment(session), signal }),
    { delivery: 'once' },
  )
  const { item, auditId } = reply.body
  return answer(session, reply.body, [
    `${session.voice.paint.green('✔')} created ${item.key}   ${item.type}   ${item.variations.map((v) => v.key).join(', ')}   off in every environment`,
    `  audit ${auditId}`,
  ])
}

/** What `--client-side` means, beside what `--pages` says. */
function withRules(named: FactOptions): FactOptions {
  const { pages = 'rules' } = named
  if (pages !== 'rules')
    throw new UsageError(`--client-side is short for --pages rules, and --pages says ${pages}: give one of them.`)
  return { ...named, pages }
}

type Value = boolean | string | number | readonly unknown[] | { readonly [name: string]: unknown }

/** Reads `key=value`; the value of a string flag is the text itself, of the others it is JSON. */
function parseVariation(text: string, type: 'boolean' | 'string' | 'number' | 'json') {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--variation: "${text}" must look like key=value.`)
  const [key, value] = [text.slice(0, at), text.slice(at + 1)]
  return { key, name: null, value: type === 'string' ? value : jsonValue(text, value) }
}

function jsonValue(text: string, value: string): Value {
  try {
    return JSON.parse(value) as Value
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`--variation: the value of "${text}" is not JSON.`)
    throw error
  }
}
