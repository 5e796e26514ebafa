import type { FlagExplanation } from '@rampart/contract/admin'
import type { ExplainedCondition, LayerStep, PrerequisiteStep, ServeStep, Step, Verdict } from '@rampart/core'
import { padRight, widthOf } from './layout.ts'
import type { Paint } from './paint.ts'
import { plain } from './plain.ts'

/** The answer of a flag in one environment. */
export interface Shown {
  readonly explanation: FlagExplanation
  readonly revision: number
  /** Attributes whose values the server keeps back. */
  readonly masked: readonly string[]
}

const MARKS: Readonly<Record<Verdict, string>> = {
  true: '✔',
  false: '✖',
  'cannot be judged': '?',
  'not looked at': '·',
}

/** Values of a list beyond these are counted. */
const VALUES_SHOWN = 3
const LONGEST_VALUE = 60
const SPACE = 2 ** 32

/** `off   rollout   rule everyone-else   rev 41`. A value is told where the name of its variation does not say it. */
export function answerLine({ explanation: { answer }, revision }: Shown, paint: Paint): string {
  const { value, variation, reason, rule, error } = answer
  if (reason === 'error') return `${paint.red('error')}   ${error ?? ''}   ${paint.dim(`rev ${revision}`)}`
  const given = paint.bold(variation ?? '')
  return [
    saysValue(variation, value) ? given : `${given} = ${sayValue(value)}`,
    reason,
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    paint.dim(`rev ${revision}`),
  ].join('   ')
}

/** Every step on the way to the answer, one line each. */
export function traceLines({ explanation, masked }: Shown, paint: Paint): readonly string[] {
  const { steps, rules } = explanation
  const before = steps.flatMap((step) => (step.step === 'rule' || step.step === 'serve' ? [] : rowsOf(step, masked)))
  const explained = new Map(steps.flatMap((step) => (step.step === 'rule' ? [[step.rule, step] as const] : [])))
  const ruled = rules.flatMap(({ id, name, paused }, i): readonly Row[] => {
    const title = `rule ${i + 1} ${name === null ? id : plain(name)}`
    const step = explained.get(id)
    if (paused) return [{ mark: '‖', title, text: 'paused' }]
    return step === undefined ? [] : ruleRows(title, step.when, { verdict: step.verdict, masked })
  })
  const serve = steps.flatMap((step) => (step.step === 'serve' ? rowsOf(step, masked) : []))
  return laidOut([...before, ...ruled, ...serve], paint)
}

interface Row {
  readonly mark: string
  readonly title: string
  readonly text: string
  /** Within the row above. */
  readonly depth?: number
}

const SERVES = '▶'

function rowsOf(step: Exclude<Step, { step: 'rule' }>, masked: readonly string[]): readonly Row[] {
  switch (step.step) {
    case 'switch':
      return [
        {
          mark: step.state === 'on' ? '✔' : '✖',
          title: step.state === 'killed' ? 'killed' : `switch ${step.state}`,
          text: '',
        },
      ]
    case 'prerequisite':
      return prerequisiteRows(step, masked)
    case 'layer':
      return [{ mark: step.inside ? '✔' : '✖', title: `layer ${step.layer}`, text: sayLayer(step) }]
    case 'serve':
      return [
        {
          mark: SERVES,
          title: step.rule === 'everyone-else' ? 'everyone else' : `serve of ${step.rule}`,
          text: sayServe(step),
        },
      ]
  }
}

function prerequisiteRows(step: PrerequisiteStep, masked: readonly string[]): readonly Row[] {
  const { flag, variations, given, met, steps } = step
  const text = given === undefined ? 'is not there, or leads in a circle' : `gives ${given}`
  const inner = steps.flatMap((one): readonly Row[] =>
    one.step === 'rule'
      ? ruleRows(`rule ${one.rule}`, one.when, { verdict: one.verdict, masked })
      : rowsOf(one, masked),
  )
  return [
    { mark: met ? '✔' : '✖', title: `needs ${flag} to give ${variations.join(' or ')}`, text },
    ...inner.map((row) => ({ ...row, depth: (row.depth ?? 0) + 1 })),
  ]
}

interface Judged {
  readonly verdict: Verdict
  readonly masked: readonly string[]
}

/** A condition of one part stands beside its rule, any other below it. */
function ruleRows(title: string, when: ExplainedCondition, { verdict, masked }: Judged): readonly Row[] {
  const [first, ...inner] = conditionRows(when, masked)
  const text = first === undefined ? '' : first.text === '' ? first.title : `${first.title}: ${first.text}`
  return [{ mark: MARKS[verdict], title, text }, ...inner]
}

function conditionRows(condition: ExplainedCondition, masked: readonly string[]): readonly Row[] {
  const mark = MARKS[condition.verdict]
  const within = (parts: readonly ExplainedCondition[]): readonly Row[] =>
    parts.flatMap((part) => conditionRows(part, masked)).map((row) => ({ ...row, depth: (row.depth ?? 0) + 1 }))
  switch (condition.kind) {
    case 'all':
    case 'any':
    case 'not':
      return [{ mark, title: GROUPS[condition.kind], text: '' }, ...within(condition.parts)]
    case 'segment': {
      const { segment, way, when } = condition
      const text = way === undefined ? condition.verdict : WAYS[way]
      return [{ mark, title: `in segment ${segment}`, text }, ...(when === undefined ? [] : within([when]))]
    }
    case 'attribute':
      return [{ mark, title: sayTest(condition, masked), text: sayFound(condition, masked) }]
    case 'unknown':
      return [{ mark, title: 'a condition that this server does not know', text: condition.verdict }]
  }
}

const GROUPS = { all: 'all of', any: 'any of', not: 'not' } as const

const WAYS = {
  excluded: 'excluded by name',
  included: 'included by name',
  condition: 'by its condition',
  nothing: 'not named, and it has no condition',
  'unknown segment': 'there is no such segment',
  circle: 'it leads in a circle, or too deep',
  unreadable: 'its lists cannot be read',
} as const

type Attribute = Extract<ExplainedCondition, { kind: 'attribute' }>

function sayTest({ attribute, operator, operand, ignoreCase }: Attribute, masked: readonly string[]): string {
  const values = isMasked(attribute, masked) ? '(private)' : operand === undefined ? '' : sayOperand(operand)
  const anyCase = ignoreCase === true ? '(any case)' : ''
  return [attribute, operator.replace(/^(?:number|version|time) /, ''), values, anyCase]
    .filter((part) => part !== '')
    .join(' ')
}

function sayFound({ attribute, verdict, found }: Attribute, masked: readonly string[]): string {
  if (verdict === 'not looked at') return verdict
  if (isMasked(attribute, masked)) return `${verdict}, by a private value`
  const what = found === undefined ? 'attribute missing' : `found ${sayValue(found)}`
  return verdict === 'cannot be judged' ? `${what}, which cannot be judged` : what
}

function isMasked(attribute: string, masked: readonly string[]): boolean {
  return masked.some((one) => attribute === one || attribute.startsWith(`${one}.`) || one.startsWith(`${attribute}.`))
}

function sayOperand(operand: unknown): string {
  if (!Array.isArray(operand)) return typeof operand === 'string' ? plain(operand) : sayValue(operand)
  const shown = operand.slice(0, VALUES_SHOWN).map((one) => (typeof one === 'string' ? plain(one) : sayValue(one)))
  const more = operand.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}

function sayValue(value: unknown): string {
  const text = plain(JSON.stringify(value) ?? '')
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

/** Whether the name of a variation says what it is: on and off of a boolean flag, a text that is its own name. */
function saysValue(variation: string | undefined, value: unknown): boolean {
  return value === variation || (variation === 'on' && value === true) || (variation === 'off' && value === false)
}

function sayLayer({ from, to, unit, position, inside }: LayerStep): string {
  const part = `${from / 1_000}–${to / 1_000}`
  if (position === undefined) return `${part}   no targeting key, or no such layer`
  return `position(${unit === undefined ? '(private)' : plain(unit)}) = ${sayPosition(position)}   ${inside ? 'in' : 'outside'} ${part}`
}

/** `position(account.id=acc_918) = 48.213   in 0–10   → off` */
function sayServe({ by, unit, rollout, split, variation }: ServeStep): string {
  if (by === undefined) return `→ ${variation}`
  const position = rollout?.position ?? split?.position
  if (position === undefined) return `no ${by} to place   → ${variation}`
  const place = `position(${by}=${unit === undefined ? '(private)' : plain(unit)}) = ${sayPosition(position)}`
  return [
    place,
    ...(rollout === undefined ? [] : [`${rollout.inside ? 'in' : 'outside'} 0–${rollout.percent}`]),
    ...(split?.position === undefined ? [] : [saySlices(split, rollout !== undefined)]),
    `→ ${variation}`,
  ].join('   ')
}

function saySlices({ position, slices }: NonNullable<ServeStep['split']>, isBehindRollout: boolean): string {
  const parts = slices.map(({ below, variation }, i) => {
    const from = slices[i - 1]?.below ?? 0
    return `${variation} ${round((from / SPACE) * 100)}–${round((below / SPACE) * 100)}`
  })
  const own = isBehindRollout && position !== undefined ? ` at ${sayPosition(position)}` : ''
  return `split${own} of ${parts.join(', ')}`
}

/** A place among 2^32, as percent. */
function sayPosition(position: number): string {
  return ((position / SPACE) * 100).toFixed(3)
}

function round(percent: number): number {
  return Math.round(percent * 1_000) / 1_000
}

/** Titles as a column, where what follows them is short enough to read across. */
function laidOut(rows: readonly Row[], paint: Paint): readonly string[] {
  const indent = ({ depth = 0 }: Row): string => '  '.repeat(depth + 1)
  const width = Math.min(
    MOST_TITLE,
    Math.max(0, ...rows.filter(({ text }) => text !== '').map((row) => widthOf(indent(row) + row.title))),
  )
  return rows.map((row) => {
    const { mark, title, text } = row
    const colour = mark === '✔' || mark === SERVES ? paint.green : mark === '✖' ? paint.red : paint.yellow
    const head = `${indent(row)}${title}`
    const line = text === '' ? head : `${padRight(head, width)}   ${text}`
    return `${indent(row)}${colour(mark)} ${line.slice(indent(row).length)}`
  })
}

const MOST_TITLE = 40
