import type { Evidence } from '@rampart/contract/admin'
import type { Command } from 'commander'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain } from '../output/plain.ts'
import { sayVerdict } from '../output/words.ts'
import { durationFlag, type Session } from '../session.ts'
import { type Act, answer, examples } from './command.ts'
import { findRamp } from './find-ramp.ts'

/** `rampart guard check`: one verdict now, for loops of one's own. */
export function addGuard(program: Command, act: Act): void {
  const guard = program
    .command('guard')
    .alias('guards')
    .description('What guards say now')
    .addHelpText(
      'before',
      examples(
        'guard check new-checkout-flow -p demo -e production --metric checkout_error',
        'guard check r_01jd8k3m5n7p -p demo --metric checkout_error --limit "<=1.5x" --window 10m',
      ),
    )
  guard
    .command('check <ramp>')
    .description(
      'Judge a guard on what a ramp has counted, and change nothing. Exit 0: ok, 10: FAIL, 13: no verdict yet',
    )
    .addHelpText(
      'before',
      examples(
        'guard check new-checkout-flow -p demo -e production --metric checkout_error',
        'guard check new-checkout-flow -p demo -e production --metric checkout_error --limit "<2%" --window 10m --json',
      ),
    )
    .requiredOption('--metric <name>', 'a metric that the ramp watches, such as checkout_error or "p95(checkout_ms)"')
    .option('--limit <limit>', 'such as "<=1.5x", "<=+0.5pp" or "<2%" (default: no worse than the others)')
    .option('--window <time>', 'only what was counted in this time (default: in the whole ramp)')
    .action(act(check))
}

interface CheckOptions {
  readonly metric: string
  readonly limit?: string
  readonly window?: string
}

async function check(session: Session, idOrKey: string, options: CheckOptions): Promise<ExitCode> {
  const window = options.window === undefined ? undefined : `${durationFlag('--window', options.window)}ms`
  const { project, id } = await findRamp(session, idOrKey, { ended: false })
  const query = { guard: `${options.metric}${options.limit ?? ''}`, ...(window === undefined ? {} : { window }) }
  const { body } = await session.connection.ask((api, signal) =>
    api.checkGuard({ params: { project, id }, query, signal }),
  )
  const exitCode = codeOf(body)
  answer(session, { ramp: id, ...body, exitCode }, [plain(sayVerdict(body))])
  return exitCode
}

function codeOf({ verdict }: Evidence): ExitCode {
  switch (verdict) {
    case 'clear':
      return EXIT.done
    case 'tripped':
      return EXIT.guard
    case 'collecting':
    case 'no_data':
    case 'error':
    case 'skipped':
      return EXIT.noVerdict
  }
}
