import fc from 'fast-check'
import type { Tampering } from './client.ts'
import type { Edit } from './shop.ts'
import type { World } from './world.ts'

/** The commands need no model of their own: what must hold is said of the world itself, after each of them. */
type Model = Record<string, never>
type Command = fc.AsyncCommand<Model, World>

function command(words: string, work: (world: World) => Promise<void>): Command {
  return {
    check: () => true,
    async run(_, world) {
      await work(world)
      world.check()
    },
    toString: () => words,
  }
}

const client = fc.nat({ max: 2 })
const edit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constantFrom(
    'percent',
    'percent',
    'switch',
    'kill',
    'kill',
    'rule',
    'rule',
    'pages',
    'pages',
    'prerequisite',
    'prerequisite',
    'layer',
    'variations',
    'variations',
    'segment',
    'segment',
    'ramp',
    'ramp',
    'nothing',
  ),
  which: fc.nat({ max: 7 }),
  to: fc.nat({ max: 400 }),
})
const tampering = fc.constantFrom<Tampering>('none', 'none', 'none', 'none', 'twice', 'swapped', 'lost')

const edits = fc
  .tuple(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat({ max: 6 }))
  .map(([list, turns]) => command(`edit(${JSON.stringify(list)}, ${turns})`, (world) => world.edit(list, turns)))

const deliveries = fc
  .tuple(client, fc.array(tampering, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([which, tamperings, settle]) =>
    command(`deliver(${which}, ${tamperings.join(' ')}, ${settle})`, async (world) => {
      for (const how of tamperings) {
        world.clients[which]?.deliver(how)
        world.check()
      }
      if (settle) await world.settle()
    }),
  )

/** What it is like most of the time: everything arrives as it was sent. */
const flows = client.map((which) =>
  command(`flow(${which})`, async (world) => {
    await world.settle()
    while (world.clients[which]?.deliver()) {
      world.check()
      await world.settle()
    }
  }),
)

const polls = client.map((which) =>
  command(`deliverPoll(${which})`, async (world) => {
    world.clients[which]?.deliverPoll()
    await world.settle()
  }),
)

const times = fc
  .constantFrom(60, 60, 1_000, 1_000, 5_000, 16_000, 45_000)
  .map((ms) => command(`advance(${ms})`, (world) => world.advance(ms)))

const cuts = fc.tuple(client, fc.constantFrom('cut', 'cut', 'halfOpen')).map(([which, how]) =>
  command(`${how}(${which})`, async (world) => {
    if (how === 'cut') world.clients[which]?.cut()
    else world.clients[which]?.halfOpen()
    await world.settle()
  }),
)

const walls = fc.tuple(client, fc.constantFrom(true, true, false)).map(([which, isReachable]) =>
  command(`reachable(${which}, ${isReachable})`, async (world) => {
    const one = world.clients[which]
    if (one !== undefined) one.isReachable = isReachable
  }),
)

const restarts = fc
  .tuple(fc.constantFrom('drain', 'crash'), fc.constantFrom(0, 3_000, 70_000))
  .map(([how, awayMs]) => command(`restart(${how}, ${awayMs})`, (world) => world.restart(how, awayMs)))

const compactions = fc
  .constantFrom(0, 1, 3)
  .map((revisions) => command(`compact(${revisions})`, (world) => world.compact(revisions)))

const backups = fc.constantFrom(
  command('backUp()', (world) => world.backUp()),
  command('setBack()', (world) => world.setBack()),
)

/** What may happen to a world, in any order. */
export const happenings: fc.Arbitrary<Iterable<Command>> = fc.commands(
  [
    edits,
    edits,
    edits,
    deliveries,
    deliveries,
    deliveries,
    deliveries,
    flows,
    flows,
    polls,
    polls,
    times,
    times,
    cuts,
    cuts,
    walls,
    restarts,
    compactions,
    backups,
  ],
  { maxCommands: 40, size: 'max' },
)
