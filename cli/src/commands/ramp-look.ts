import { ENDED, type Ramp } from '@rampart/contract/admin'
import { type Command, Option } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { rampDocument } from '../output/document.ts'
import { endBlock } from '../output/end.ts'
import { sayShare } from '../output/figures.ts'
import { table } from '../output/layout.ts'
import { view } from '../output/view.ts'
import { STATES } from '../output/words.ts'
import type { Session } from '../session.ts'
import { extend } from '../trail.ts'
import { type Act, answer, examples } from './command.ts'
import { findRamp, knownTrail, rampUrl } from './find-ramp.ts'
import { collectPages, limitFlag } from './pages.ts'

/** `rampart ramp status` and `rampart ramp list`: look once. */
export function addRampLook(ramp: Command, act: Act): void {
  ramp
    .command('status <ramp>')
    .description('Where a ramp is, by its id or the key of its flag. Exits 0 whatever became of it')
    .addHelpText(
      'before',
      examples('ramp status new-checkout-flow -p demo -e production', 'ramp status r_4b7vg3yexfa7 -p demo --json'),
    )
    .action(act(status))
  ramp
    .command('list')
    .description('Ramps, newest first')
    .addHelpText(
      'before',
      examples(
        'ramp list -p demo --active',
        'ramp list -p demo -e production --flag new-checkout-flow --state rolled_back',
      ),
    )
    .option('--flag <key>', 'of one flag')
    .option('--active', 'short for --state active')
    .addOption(new Option('--state <state>', 'in this state').choices(['active', 'ended', ...NAMES]))
    .option('--limit <n>', 'how many at most', '20')
    .action(act(list))
}

async function status(session: Session, idOrKey: string): Promise<ExitCode> {
  const ramp = await findRamp(session, idOrKey, { ended: true })
  const { world, voice, connection } = session
  const url = rampUrl(session, ramp)
  const columns = world.stdout.columns() ?? 100
  const options = { columns, paint: voice.paint, now: connection.now(), url, recent: [] }
  const lines = ramp.end === null ? [...view(ramp, options), `  ${url}`] : endBlock(ramp, options)
  const trail = session.voice.json ? extend(await knownTrail(session, ramp), ramp) : []
  return answer(session, rampDocument(ramp, trail, { url, exitCode: EXIT.done }), lines)
}

const NAMES = Object.keys(STATES)

interface ListOptions {
  readonly flag?: string
  readonly active?: boolean
  /** `active`, `ended` or the name of a state. */
  readonly state?: string
  readonly limit: string
}

async function list(session: Session, options: ListOptions): Promise<ExitCode> {
  const environment = session.namedEnvironment()
  const { flag, active, state = active === true ? 'active' : undefined } = options
  const only = {
    ...(flag === undefined ? {} : { flag }),
    ...(environment === undefined ? {} : { environment }),
    ...(state === undefined ? {} : { state: halfOf(state) }),
  }
  const params = { project: session.project() }
  const items = await collectPages(
    limitFlag(options.limit),
    async (page) => {
      const query = { ...only, ...page }
      return (await session.connection.ask((api, signal) => api.listRamps({ params, query, signal }))).body
    },
    (ramp) => state === undefined || state === 'active' || state === 'ended' || ramp.state === state,
  )
  const [head = '', ...rows] = table([
    ['ramp', 'flag', 'environment', 'state', 'share', 'started (UTC)', 'by'],
    ...items.map(row),
  ])
  const { paint } = session.voice
  return answer(session, { items }, rows.length === 0 ? ['No ramps.'] : [paint.dim(head), ...rows])
}

/** The server tells ramps apart by whether they have ended; the rest is looked for among them. */
function halfOf(state: string): 'active' | 'ended' {
  return state === 'ended' || ENDED.some((end) => end === state) ? 'ended' : 'active'
}

function row(ramp: Ramp): readonly string[] {
  const { mark, word } = STATES[ramp.state]
  return [
    ramp.id,
    ramp.flag,
    ramp.environment,
    `${mark} ${word}`,
    sayShare(ramp.percent.now),
    ramp.startedAt.slice(0, 16).replace('T', ' '),
    ramp.startedBy.name,
  ]
}
