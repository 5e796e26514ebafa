import { type Ramp, sayLimit } from '@rampart/contract/admin'
import { sayChange, sayCount, sayPropagation, sayRate } from './figures.ts'
import { table, wrap } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'
import { evidenceOfEnd, namedEvidence, STATES, sayAge, sayVerdict, shift, startAgain, watchAgain } from './words.ts'

export interface EndOptions {
  readonly columns: number
  readonly paint: Paint
  readonly now: number
  /** The page of the ramp. */
  readonly url: string
}

/** What stays on the screen when a ramp has ended, or when watching it stopped: a headline, the sentence, the evidence. */
export function endBlock(ramp: Ramp, { columns, paint, now, url }: EndOptions): readonly string[] {
  const { mark, word } = STATES[ramp.state]
  const color = colorOf(ramp.state, paint)
  const { before, reached, now: share } = ramp.percent
  const path = ramp.state === 'completed' || ramp.end === null ? shift(before, share) : shift(reached, share)
  const headline = [
    color(paint.bold(`${mark} ${word}`)),
    `${ramp.flag} · ${ramp.environment}`,
    path,
    paint.dim(ramp.end === null ? `for ${sayAge(ramp, now)}` : `after ${sayAge(ramp, now)}`),
  ]
  return [
    headline.join('   '),
    ...wrap(plain(ramp.sentence), columns - 2).map((line) => `  ${line}`),
    ...evidenceLines(ramp, columns, paint),
    ...(ramp.propagation.instances > 0 ? [paint.dim(`  ${sayPropagation(ramp.propagation)}`)] : []),
    `  ${paint.dim('report')}  ${url}`,
    ...(nextStep(ramp) === undefined ? [] : [`  ${paint.dim('next')}    ${nextStep(ramp)}`]),
  ]
}

function evidenceLines(ramp: Ramp, columns: number, paint: Paint): readonly string[] {
  const named = namedEvidence(ramp)
  const others = evidenceOfEnd(ramp).filter((evidence) => !named.includes(evidence))
  const rows = table(
    named.map((e) => [
      e.metric,
      `${sayRate(e.control.rate)} → ${sayRate(e.treatment.rate)}`,
      sayChange(e.change),
      `limit ${sayLimit(e.limit)}`,
      `n ${sayCount(e.treatment.units)}`,
    ]),
  )
  return [
    ...rows.map((row) => paint.red(`  ${row}`)),
    ...others.flatMap((e) => wrap(plain(sayVerdict(e)), columns - 2).map((line) => paint.dim(`  ${line}`))),
  ]
}

/** What a person is likely to do now. */
function nextStep(ramp: Ramp): string | undefined {
  switch (ramp.state) {
    case 'rolled_back':
      return startAgain(ramp)
    case 'killed':
      return `rampart restore ${ramp.flag} -p ${ramp.project} -e ${ramp.environment}`
    case 'scheduled':
    case 'running':
    case 'paused':
    case 'baking':
      return watchAgain(ramp)
    case 'completed':
    case 'superseded':
    case 'cancelled':
      return undefined
  }
}

export function colorOf(state: Ramp['state'], paint: Paint): Paint['red'] {
  switch (state) {
    case 'completed':
      return paint.green
    case 'rolled_back':
    case 'killed':
      return paint.red
    case 'paused':
    case 'superseded':
    case 'cancelled':
      return paint.yellow
    case 'scheduled':
    case 'running':
    case 'baking':
      return paint.cyan
  }
}
