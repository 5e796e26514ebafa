import {
  type Environment,
  type Flag,
  type FlagConfig,
  type FlagListItem,
  sayPagesAreTold,
} from '@rampart/contract/admin'
import { sayShare } from './figures.ts'
import { padRight, table, widthOf } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'

type State = FlagListItem['states'][number]

/** One row per flag, one column per environment, in the words of the flags page. */
export function flagRows(
  items: readonly FlagListItem[],
  environments: readonly string[],
  paint: Paint,
): readonly string[] {
  if (items.length === 0) return []
  const [head = '', ...body] = table([
    ['flag', 'type', ...environments, 'changed (UTC)'],
    ...items.map((item) => [
      item.key,
      item.type,
      ...environments.map((key) => sayState(item.states.find((state) => state.environment === key))),
      item.changedAt.slice(0, 16).replace('T', ' '),
    ]),
  ])
  return [paint.dim(head), ...body]
}

/** `Off`, `On 100%`, `10%`, `Rules (2)`, `Ramp 10% ▸ 50%`, `✖ Killed`. */
export function sayState(state: State | undefined): string {
  if (state === undefined) return '–'
  if (state.killed) return '✖ Killed'
  if (state.ramp !== null) return `Ramp ${sayShare(state.ramp.percent)} ▸ ${sayShare(state.ramp.to)}`
  if (!state.on) return 'Off'
  if (state.share !== null) return state.share === 100 ? 'On 100%' : sayShare(state.share)
  return state.rules > 0 ? `Rules (${state.rules})` : 'On'
}

const SHAPES: Record<Environment['class'], string> = { development: '●', staging: '◆', production: '▲' }

/** A flag and a line for each environment. */
export function flagLines(
  flag: Flag,
  environments: readonly Pick<Environment, 'key' | 'class'>[],
  configs: readonly FlagConfig[],
  paint: Paint,
): readonly string[] {
  const width = Math.max(0, ...environments.map(({ key }) => widthOf(key)))
  const facts = [
    flag.type,
    flag.kind,
    ...(flag.owner === null ? [] : [`owner ${plain(flag.owner)}`]),
    ...(flag.tags.length === 0 ? [] : [`tags ${flag.tags.map(plain).join(', ')}`]),
    ...(flag.clientSide ? [flag.remoteOnly ? 'client-side, values only' : 'client-side'] : []),
    ...(flag.archivedAt === null ? [] : ['archived']),
  ]
  return [
    `${paint.bold(flag.key)}   ${facts.join('   ')}`,
    ...(flag.description === '' ? [] : [paint.dim(`  ${plain(flag.description)}`)]),
    ...configs.map((config) => {
      const shape = SHAPES[environments.find(({ key }) => key === config.environment)?.class ?? 'development']
      const state = config.killed !== null ? paint.red('killed') : config.on ? paint.green('on') : paint.dim('off')
      const name = padRight(config.environment, width)
      const held = config.heldBy !== null && 'ramp' in config.heldBy ? ` (ramp ${config.heldBy.ramp})` : ''
      const revision = paint.dim(`rev ${config.revision}`)
      return `  ${name} ${shape} ${padRight(state, widthOf(state) + 6 - widthOf(stateWord(config)))}  ${plain(config.summary)}${held}   ${revision}`
    }),
  ]
}

function stateWord(config: FlagConfig): string {
  return config.killed !== null ? 'killed' : config.on ? 'on' : 'off'
}

/** How each fact of a flag is said, in the order of the help. */
const FACTS = {
  name: ({ name }: Flag) => sayText('name', name),
  description: ({ description }: Flag) => sayText('description', description),
  kind: ({ kind }: Flag) => sayText('kind', kind),
  owner: ({ owner }: Flag) => sayText('owner', owner ?? ''),
  tag: ({ tags }: Flag) => sayText('tags', tags.join(', ')),
  pages: sayPagesAreTold,
}

/** What a flag now is, a line for each fact that is named. */
export function factLines(
  flag: Flag,
  named: Readonly<Partial<Record<keyof typeof FACTS, unknown>>>,
): readonly string[] {
  return Object.entries(FACTS).flatMap(([fact, say]) => (Object.hasOwn(named, fact) ? [say(flag)] : []))
}

function sayText(what: string, text: string): string {
  return text === '' ? `no ${what}` : `${what} ${plain(text)}`
}
