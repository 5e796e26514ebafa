import { type MetricDefinition, sayLimit } from '@rampart/contract/admin'
import type { Command } from 'commander'
import type { ExitCode } from '../exit-codes.ts'
import { table } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { sayTotals } from '../output/totals.ts'
import { type PushOptions, pushedFigures } from '../pushed-figures.ts'
import { durationFlag, type Session } from '../session.ts'
import { type Act, answer, examples } from './command.ts'
import { findRamp } from './find-ramp.ts'

/** `rampart metrics …`: the metric catalogue, metric sources, what was reported, and figures that are pushed. */
export function addMetrics(program: Command, act: Act): void {
  const metrics = program
    .command('metrics')
    .alias('metric')
    .description('The metric catalogue, metric sources, and pushed figures')
    .addHelpText(
      'before',
      examples(
        'metrics list -p demo',
        'metrics push payment_failed --ramp new-checkout-flow -p demo -e production --treatment 3/120 --control 10/4000',
      ),
    )
  metrics
    .command('list')
    .description('Metrics of the catalogue, and where their figures come from')
    .addHelpText('before', examples('metrics list -p demo', 'metrics list -p demo --json'))
    .action(act(list))
  metrics
    .command('sources')
    .description('Places that guards read figures from')
    .addHelpText('before', examples('metrics sources -p demo', 'metrics sources -p demo --json'))
    .action(act(sources))
  metrics
    .command('query <name>')
    .description('What SDKs reported of a metric over time, of everybody together')
    .addHelpText(
      'before',
      examples(
        'metrics query checkout_error -p demo -e production',
        'metrics query checkout_ms -p demo -e production --since 1d --json',
      ),
    )
    .option('--since <time>', 'how far back, at most 24d', '1h')
    .action(act(query))
  metrics
    .command('push <name> [value]')
    .description('Push figures of one window to a ramp. The same window again adds nothing')
    .addHelpText(
      'before',
      examples(
        'metrics push payment_failed --ramp new-checkout-flow -p demo -e production --treatment 3/120 --control 10/4000',
        'metrics push queue_length 17 --ramp r_01jd8k3m5n7p -p demo --window 5m --start 2026-03-01T12:00:00Z',
      ),
    )
    .requiredOption('--ramp <ramp>', 'the ramp, by its id or the key of its flag')
    .option('--treatment <events/total>', 'of those who have the new variation')
    .option('--control <events/total>', 'of all others')
    .option('--window <time>', 'how long the window is', '60s')
    .option('--start <time>', 'when it begins (default: so that it ends now)')
    .option('--instance <name>', 'the process that counted')
    .action(act(push))
}

async function list(session: Session): Promise<ExitCode> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listMetricDefinitions({ params, signal }))
  const [head = '', ...rows] = table([['metric', 'should go', 'limit', 'source', 'owner'], ...body.items.map(row)])
  const lines = rows.length === 0 ? ['No metrics are defined.'] : [session.voice.paint.dim(head), ...rows]
  return answer(session, { items: body.items }, lines)
}

function row({ metric, direction, defaultLimit, source, owner }: MetricDefinition): readonly string[] {
  const named = source !== null && 'name' in source ? source.name : undefined
  const from = source === null ? 'sdk' : named === undefined ? source.kind : `${source.kind} ${named}`
  return [metric, direction, defaultLimit === null ? '' : sayLimit(defaultLimit), from, plain(owner ?? '')]
}

async function sources(session: Session): Promise<ExitCode> {
  const params = { project: session.project() }
  const { body } = await session.connection.ask((api, signal) => api.listMetricSources({ params, signal }))
  const [head = '', ...rows] = table([
    ['source', 'kind', 'address', 'credential', 'every'],
    ...body.items.map(({ key, kind, url, auth, every }) => [key, kind, plain(url), auth.kind, every]),
  ])
  const lines = rows.length === 0 ? ['No metric sources.'] : [session.voice.paint.dim(head), ...rows]
  return answer(session, { items: body.items }, lines)
}

async function query(session: Session, metric: string, options: { readonly since: string }): Promise<ExitCode> {
  const params = { project: session.project(), environment: session.environment(), metric }
  const to = session.connection.now()
  const range = {
    from: new Date(to - durationFlag('--since', options.since)).toISOString(),
    to: new Date(to).toISOString(),
  }
  const { body } = await session.connection.ask((api, signal) => api.getMetricTotals({ params, query: range, signal }))
  return answer(session, { metric, ...body }, sayTotals(body, session.voice.paint))
}

async function push(
  session: Session,
  name: string,
  value: string | undefined,
  options: PushOptions & { readonly ramp: string },
): Promise<ExitCode> {
  const measurements = pushedFigures(name, value, options, session.connection.now())
  const { project, id } = await findRamp(session, options.ramp, { ended: false })
  const { body } = await session.connection.ask((api, signal) =>
    api.pushMeasurements({ params: { project, id }, body: { measurements: [...measurements] }, signal }),
  )
  return answer(session, body, [`${name} → ramp ${id}: ${body.words}`])
}
