import type { AdminClient, Ramp, Reply } from '@rampart/contract/admin'
import type { Command } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { colorOf } from '../output/end.ts'
import { sayShare } from '../output/figures.ts'
import { plain } from '../output/plain.ts'
import { STATES, sayVerdict } from '../output/words.ts'
import { percentArgument } from '../percent.ts'
import type { Delivery } from '../retry.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'
import { findRamp } from './find-ramp.ts'

interface Reason {
  readonly reason?: string
}

interface Changed {
  readonly item: Ramp
  readonly auditId: string
}

interface Input {
  readonly params: { readonly project: string; readonly id: string }
  readonly body: { readonly reason?: string }
  readonly comment?: string
  readonly signal: AbortSignal
}

/** The commands that take a ramp and a reason. Said twice they are done once: the second meets what the first made. */
const COMMANDS: readonly {
  readonly name: string
  readonly description: string
  /** For the example. */
  readonly reason: string
  readonly call: (api: AdminClient, input: Input) => Promise<Reply<Changed>>
}[] = [
  {
    name: 'pause',
    description: 'Stop advancing; the guards go on watching',
    reason: 'looking at the logs',
    call: (api, input) => api.pauseRamp(input),
  },
  {
    name: 'resume',
    description: 'Go on after a pause or a hold that wants a person',
    reason: 'the logs are fine',
    call: (api, input) => api.resumeRamp(input),
  },
  {
    name: 'rollback',
    description: 'Return the share to where it was before the ramp. Never asks',
    reason: 'support tickets',
    call: (api, input) => api.rollbackRamp(input),
  },
  {
    name: 'approve',
    description: 'Approve the next step',
    reason: 'looks good',
    call: (api, input) => api.approveRamp(input),
  },
  {
    name: 'reject',
    description: 'Reject the next step, which rolls the ramp back',
    reason: 'not before the holidays',
    call: (api, input) => api.rejectRamp(input),
  },
]

/** `rampart ramp pause|resume|advance|rollback|approve|reject`. */
export function addRampControl(ramp: Command, act: Act): void {
  for (const { name, description, reason, call } of COMMANDS) {
    ramp
      .command(`${name} <ramp>`)
      .description(description)
      .addHelpText(
        'before',
        examples(
          `ramp ${name} new-checkout-flow -p demo -e production`,
          `ramp ${name} r_4b7vg3yexfa7 -p demo --reason "${reason}"`,
        ),
      )
      .option('--reason <text>', 'why, for the audit')
      .action(
        act(async (session, idOrKey: string, options: Reason) => {
          const { id, project } = await findRamp(session, idOrKey, { ended: name === 'rollback' })
          return tell(session, { id, project }, options, { call, delivery: 'again' })
        }),
      )
  }
  ramp
    .command('advance <ramp>')
    .description('Go to the next step without waiting for its gates')
    .addHelpText(
      'before',
      examples(
        'ramp advance new-checkout-flow -p demo -e production',
        'ramp advance r_4b7vg3yexfa7 -p demo --to 50% --reason "seen enough"',
      ),
    )
    .option('--to <percent>', 'go to this step instead')
    .option('--reason <text>', 'why, for the audit')
    .action(act(advance))
}

async function advance(
  session: Session,
  idOrKey: string,
  options: Reason & { readonly to?: string },
): Promise<ExitCode> {
  const to = options.to === undefined ? {} : { to: percentArgument('--to', options.to) }
  const ramp = await findRamp(session, idOrKey, { ended: false })
  if (!(await isSure(session, ramp))) {
    session.world.stderr.write('Nothing was changed.\n')
    return EXIT.done
  }
  return tell(session, ramp, options, {
    call: (api, input) => api.advanceRamp({ ...input, body: { ...input.body, ...to } }),
    // the next step is another one when this was heard already
    delivery: options.to === undefined ? 'once' : 'again',
  })
}

/** A person at a terminal is shown what is not known yet. A script has made up its mind. */
async function isSure({ world, voice, yes }: Session, ramp: Ramp): Promise<boolean> {
  const open = ramp.verdicts.filter(({ verdict }) => verdict !== 'clear' && verdict !== 'skipped')
  if (open.length === 0 || yes || !voice.canAsk || world.onKey === undefined) return true
  for (const evidence of open) world.stderr.write(`  ${plain(sayVerdict(evidence))}\n`)
  world.stderr.write(`Advance ${ramp.flag} from ${sayShare(ramp.percent.now)} without waiting for this? [y/N] `)
  const listen = world.onKey
  const key = await new Promise<string>((resolve) => {
    const off = listen((pressed) => {
      off()
      resolve(pressed)
    })
  })
  world.stderr.write(`${plain(key)}\n`)
  return key === 'y' || key === 'Y'
}

async function tell(
  session: Session,
  { id, project }: Pick<Ramp, 'id' | 'project'>,
  { reason }: Reason,
  { call, delivery }: { readonly call: (typeof COMMANDS)[number]['call']; readonly delivery: Delivery },
): Promise<ExitCode> {
  const body = reason === undefined ? {} : { reason }
  const reply = await session.connection.ask(
    (api, signal) => call(api, { params: { project, id }, body, ...withComment(session), signal }),
    { delivery },
  )
  const { item, auditId } = reply.body
  const { mark, word } = STATES[item.state]
  const { paint } = session.voice
  return answer(session, reply.body, [
    `${colorOf(item.state, paint)(`${mark} ${word}`)}   ${item.flag} · ${item.environment}   ${sayShare(item.percent.now)}   ramp ${item.id}`,
    `  ${plain(item.sentence)}`,
    paint.dim(`  audit ${auditId}`),
  ])
}
