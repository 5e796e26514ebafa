import type { Ramp } from '@rampart/contract/admin'
import type { Command } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { rampDocument } from '../output/document.ts'
import { endBlock } from '../output/end.ts'
import { sayShare } from '../output/figures.ts'
import { table } from '../output/layout.ts'
import { view } from '../output/view.ts'
import { STATES } from '../output/words.ts'
import type { Session } from '../session.ts'
import { extend } from '../trail.ts'
import { type Act, answer } from './command.ts'
import { findRamp, knownTrail, rampUrl } from './find-ramp.ts'

/** `rampart ramp status` and `rampart ramp list`: look once. */
export function addRampLook(ramp: Command, act: Act): void {
  ramp
    .command('status <ramp>')
    .description('Where a ramp is, by its id or the key of its flag. Exits 0 whatever became of it')
    .action(act(status))
  ramp
    .command('list')
    .description('Ramps, newest first')
    .option('--flag <key>', 'of one flag')
    .option('--active', 'only those that have not ended')
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

async function list(
  session: Session,
  options: { readonly flag?: string; readonly active?: boolean; readonly limit: string },
): Promise<ExitCode> {
  const environment = session.namedEnvironment()
  const query = {
    limit: options.limit,
    ...(options.flag === undefined ? {} : { flag: options.flag }),
    ...(options.active === true ? { state: 'active' as const } : {}),
    ...(environment === undefined ? {} : { environment }),
  }
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listRamps({ params, query, signal }))
  const [head = '', ...rows] = table([
    ['ramp', 'flag', 'environment', 'state', 'share', 'started (UTC)', 'by'],
    ...body.items.map(row),
  ])
  const { paint } = session.voice
  return answer(session, { items: body.items }, rows.length === 0 ? ['No ramps.'] : [paint.dim(head), ...rows])
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
