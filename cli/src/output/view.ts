import { type Evidence, parseDuration, type Ramp, sayDuration, sayLimit } from '@rampart/contract/admin'
import { colorOf } from './end.ts'
import { sayChange, sayClock, sayCount, sayPropagation, sayRate, sayShare, sayTime } from './figures.ts'
import { spread, table, widthOf, wrap } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'
import { type Line, STATES, VERDICTS } from './words.ts'

export interface ViewOptions {
  /** The server's time. */
  readonly now: number
  readonly columns: number
  /** Rows of the terminal; without them the picture is as high as it is. */
  readonly rows?: number
  readonly paint: Paint
  /** What happened, newest last. */
  readonly recent: readonly Line[]
  /** Said below when something is in the way, such as a lost connection. */
  readonly notice?: string
  /** The keys that work now. */
  readonly keys?: string
}

/** Below this the table of guards becomes a list. */
const TABLE_FROM = 80
const RECENT = 5

/** A ramp as a screen of lines, for a terminal of `columns`. */
export function view(ramp: Ramp, options: ViewOptions): readonly string[] {
  const { columns, rows = Number.POSITIVE_INFINITY, paint, recent, notice, keys } = options
  const title = `${paint.bold(ramp.flag)} · ${ramp.environment}`
  const above = [
    ...spread(title, paint.dim(`ramp ${ramp.id} · plan ${plain(ramp.plan.name)}`), columns),
    statusLine(ramp, options),
    ...waits(ramp).flatMap((words) => wrap(words, columns - 2).map((line) => `  ${line}`)),
    '',
    `  ${track(ramp, columns - 2, paint)}`,
    '',
    ...guards(ramp, columns, paint),
    `  ${paint.dim(sayPropagation(ramp.propagation))}`,
  ]
  const below = [
    ...(notice === undefined ? [] : wrap(notice, columns - 2).map((line) => `  ${paint.yellow(line)}`)),
    ...(keys === undefined ? [] : wrap(keys, columns - 2).map((line) => `  ${paint.dim(line)}`)),
  ]
  // what happened gives way first, then the air between the parts; the cursor needs a row
  const room = Math.max(0, Math.min(RECENT, rows - 1 - above.length - below.length))
  const past = room === 0 ? [] : recent.slice(-room).map((line) => recentLine(line, columns, paint))
  const lines = [...above, ...past, ...below]
  return lines.length < rows ? lines : [...above.filter((line) => line !== ''), ...below]
}

/**
 * What the ramp waits for, in the server's words; but not what the picture shows already, the clock of the dwell and the figures of
 * the guards. Everything else about a ramp is in its sentence.
 */
function waits(ramp: Ramp): readonly string[] {
  if (ramp.holds.length === 0 || ramp.state === 'paused' || ramp.end !== null) return [plain(ramp.sentence)]
  const words = ramp.holds.map((hold) => {
    if (hold.kind === 'dwell') return 'the dwell time'
    return hold.kind === 'not_clear' && hold.guard !== undefined ? `more evidence on ${hold.guard}` : plain(hold.words)
  })
  return [`Waiting for ${words.join(' · ')}`]
}

function statusLine(ramp: Ramp, { now, columns, paint }: ViewOptions): string {
  const { mark, word } = STATES[ramp.state]
  const parts = [
    `${mark} ${word}`,
    `step ${ramp.step}/${ramp.plan.steps.length}`,
    sayShare(ramp.percent.now),
    ...elapsed(ramp, now),
    ...decides(ramp, now),
  ]
  // the later a part, the less it is missed
  const fitting = parts.filter((_, i) => widthOf(parts.slice(0, i + 1).join('   ')) <= columns)
  const [head = '', ...rest] = fitting
  return [colorOf(ramp.state, paint)(paint.bold(head)), ...rest].join('   ')
}

/** `06:12 of 15:00` while a dwell or a bake runs, `16:40 in this step` when it is over. */
function elapsed(ramp: Ramp, now: number): readonly string[] {
  const least = ramp.state === 'baking' ? ramp.plan.bake : ramp.plan.steps[ramp.step - 1]?.dwell
  const ms = least === undefined || least === null ? undefined : parseDuration(least)
  const counts = ramp.state === 'running' || ramp.state === 'baking'
  if (!counts || ms === undefined || ms === 0 || ramp.judgingSince === null) return []
  const spent = now - Date.parse(ramp.judgingSince)
  return [spent < ms ? `${sayClock(spent)} of ${sayClock(ms)}` : `${sayClock(spent)} in this step`]
}

function decides({ nextDecisionAt }: Ramp, now: number): readonly string[] {
  if (nextDecisionAt === null) return []
  const left = Date.parse(nextDecisionAt) - now
  return left <= 0 ? [] : [`decides ${sayTime(Date.parse(nextDecisionAt))} (${sayDuration(left)})`]
}

/** `1% ●━━━ 10% ◉╌╌╌ 50% ○╌╌╌ 100% ○`: done, present and coming steps; only the neighbours when there is no room. */
function track(ramp: Ramp, columns: number, paint: Paint): string {
  const { steps } = ramp.plan
  const done = ramp.state === 'completed'
  const stops = steps.map(({ percent }, i) => {
    const n = i + 1
    const place = done || n < ramp.step ? 'past' : n === ramp.step ? 'here' : 'ahead'
    return { text: sayShare(percent), place } as const
  })
  const room = Math.floor((columns - stops.reduce((sum, { text }) => sum + text.length + 3, 0)) / steps.length)
  if (room < 2) return `step ${ramp.step} of ${steps.length}: ${sayShare(ramp.percent.now)}`
  const dashes = Math.min(room, 8)
  return stops
    .map(({ text, place }, i) => {
      const rail = i === stops.length - 1 ? '' : (place === 'past' ? '━' : '╌').repeat(dashes)
      if (place === 'past') return paint.green(`${text} ●${rail}`)
      return place === 'here'
        ? `${paint.bold(text)} ${paint.cyan('◉')}${paint.dim(rail)}`
        : paint.dim(`${text} ○${rail}`)
    })
    .join(' ')
}

function guards(ramp: Ramp, columns: number, paint: Paint): readonly string[] {
  if (ramp.verdicts.length === 0) return [paint.yellow('  No guards: nothing watches this ramp.'), '']
  const rows = table([
    ['guard', 'control', ramp.to, 'change', 'limit', 'verdict', ''],
    ...ramp.verdicts.map((e) => [
      e.metric,
      sayRate(e.control.rate),
      sayRate(e.treatment.rate),
      sayChange(e.change),
      sayLimit(e.limit),
      verdictColor(e.verdict, paint)(`${VERDICTS[e.verdict].mark} ${VERDICTS[e.verdict].word}`),
      `n ${sayCount(e.treatment.units)}`,
    ]),
  ])
  const fits = columns >= TABLE_FROM && rows.every((row) => widthOf(row) <= columns - 2)
  if (!fits) return [...ramp.verdicts.flatMap((e) => asList(e, columns, paint)), '']
  const [head = '', ...body] = rows
  return [`  ${paint.dim(head)}`, ...body.map((row) => `  ${row}`), '']
}

function asList(evidence: Evidence, columns: number, paint: Paint): readonly string[] {
  const { mark, word } = VERDICTS[evidence.verdict]
  const [first = '', ...rest] = wrap(plain(`${mark} ${word} ${evidence.words}`), columns - 4)
  const color = verdictColor(evidence.verdict, paint)
  return [color(`  ${first}`), ...rest.map((line) => `    ${line}`)]
}

/** What is not known yet has no colour of its own. */
function verdictColor(verdict: Evidence['verdict'], paint: Paint): Paint['red'] {
  switch (verdict) {
    case 'clear':
      return paint.green
    case 'tripped':
      return paint.red
    case 'error':
      return paint.yellow
    case 'collecting':
    case 'no_data':
    case 'skipped':
      return paint.reset
  }
}

function recentLine({ at, kind, text }: Line, columns: number, paint: Paint): string {
  const start = `  ${sayTime(at)}  ${kind.padEnd(7)} `
  const [first = ''] = wrap(text, columns - start.length - 2)
  return paint.dim(`${start}${first}${first.length < text.length ? ' …' : ''}`)
}
