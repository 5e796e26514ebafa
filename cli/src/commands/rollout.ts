import type { FlagConfig, Serve } from '@rampart/contract/admin'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { plain } from '../output/plain.ts'
import { shift } from '../output/words.ts'
import { percentArgument } from '../percent.ts'
import type { Session } from '../session.ts'
import { type Act, answer, examples, withComment } from './command.ts'
import { changeConfig, sayRevision } from './config-change.ts'

/** `rampart rollout set`: the share of a rule in one go, without a ramp. */
export function addRollout(program: Command, act: Act): void {
  const rollout = program
    .command('rollout')
    .description('Set a share at once, without a ramp')
    .addHelpText('before', EXAMPLES)
  rollout
    .command('set <key> <percent>')
    .description('Give a variation to a share of units, such as 10%')
    .addHelpText('before', EXAMPLES)
    .option('--variation <key>', 'the variation that gets the share (default: the one served now, or on)')
    .option('--rule <id>', 'the rule (default: everyone else)')
    .option('--end-ramp', 'end a ramp that holds this rollout instead of refusing')
    .action(act(set))
}

const EXAMPLES = examples(
  'rollout set new-checkout-flow 10% -p demo -e staging',
  'rollout set new-checkout-flow 0% -p demo -e production --end-ramp',
)

interface SetOptions {
  readonly variation?: string
  readonly rule?: string
  readonly endRamp?: boolean
}

async function set(session: Session, flag: string, text: string, options: SetOptions): Promise<ExitCode> {
  const percent = percentArgument('percent', text)
  const { variation, rule, endRamp } = options
  const environment = await session.environmentToChange()
  const params = { project: session.project(), environment, flag }
  const body = {
    percent,
    ...(variation === undefined ? {} : { variation }),
    ...(rule === undefined ? {} : { rule }),
    ...(endRamp === undefined ? {} : { endRamp }),
  }
  const { before, after } = await changeConfig(session, params, {
    done: (config) => shareOf(config, rule) === percent,
    change: (api, ifMatch, signal) => api.setRollout({ params, body, ifMatch, ...withComment(session), signal }),
  })
  const { paint } = session.voice
  const { item } = after
  const served = serveOf(item, rule)
  const to = variation ?? (served !== undefined && 'variation' in served ? served.variation : 'the split')
  return answer(session, after, [
    `${paint.green('✔')} ${flag} in ${environment}   ${shift(shareOf(before, rule), percent)} ${to}${rule === undefined ? '' : `   rule ${rule}`}`,
    `  ${plain(item.summary)}`,
    ...(item.on
      ? []
      : [paint.yellow(`  The flag is off: nobody gets this until rampart flags on ${flag} -e ${environment}.`)]),
    ...(item.killed === null ? [] : [paint.yellow(`  It is killed and serves ${item.off} until it is restored.`)]),
    paint.dim(sayRevision(after)),
  ])
}

function serveOf(config: FlagConfig, rule: string | undefined): Serve | undefined {
  if (rule === undefined || rule === 'everyone-else') return config.everyoneElse
  return config.rules.find(({ id }) => id === rule)?.serve
}

/** A serve without a rollout is for everybody. */
function shareOf(config: FlagConfig, rule: string | undefined): number {
  return serveOf(config, rule)?.rollout?.percent ?? 100
}
