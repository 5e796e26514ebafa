import { parseDuration, type Ramp, sayDuration, sayLimit } from '@rampart/contract/admin'
import type { SeenStep, Trail } from '../trail.ts'
import { sayChange, sayCount, sayPropagation, sayRate, sayShare, sayTime } from './figures.ts'
import { plain } from './plain.ts'
import { STATES, sayAge, VERDICTS } from './words.ts'

/** Above 1 MiB GitHub drops a summary; this much is a page that can be read. */
const LIMIT = 200_000

/** A ramp as Markdown, for a job summary. */
export function summary(
  ramp: Ramp,
  trail: Trail,
  { url, now }: { readonly url: string; readonly now: number },
): string {
  const { mark, word } = STATES[ramp.state]
  const text = [
    `## ${mark} ${capital(word)}: ${markdown(ramp.flag)} in ${markdown(ramp.environment)}`,
    markdown(ramp.sentence),
    chart(ramp),
    steps(ramp, trail),
    guards(ramp),
    `${ramp.end === null ? 'Running' : 'Ran'} for ${sayAge(ramp, now)} · [report](${url}) · ramp \`${ramp.id}\``,
  ].join('\n\n')
  return `${text.length > LIMIT ? `${text.slice(0, LIMIT)}\n\n(cut)` : text}\n`
}

function steps(ramp: Ramp, trail: Trail): string {
  return markdownTable(
    ['step', 'share', 'entered (UTC)', 'dwell', 'took', 'SDKs'],
    ramp.plan.steps.map(({ percent, dwell }, i) => {
      const seen = trail.findLast(({ n }) => n === i + 1)
      const ms = parseDuration(dwell) ?? 0
      return [
        String(i + 1),
        sayShare(percent),
        seen === undefined ? '' : sayTime(Date.parse(seen.enteredAt)),
        i === ramp.plan.steps.length - 1 ? '' : sayDuration(ms),
        took(seen),
        seen === undefined || seen.propagation === null ? '' : sayPropagation(seen.propagation),
      ]
    }),
  )
}

function took(seen: SeenStep | undefined): string {
  if (seen === undefined || seen.leftAt === null) return ''
  return sayDuration(Date.parse(seen.leftAt) - Date.parse(seen.enteredAt))
}

function guards(ramp: Ramp): string {
  if (ramp.verdicts.length === 0) return '_No guards watched this ramp._'
  return markdownTable(
    ['guard', 'control', ramp.to, 'change', 'limit', 'verdict', 'n'],
    ramp.verdicts.map((e) => [
      e.metric,
      sayRate(e.control.rate),
      sayRate(e.treatment.rate),
      sayChange(e.change),
      sayLimit(e.limit),
      `${VERDICTS[e.verdict].mark} ${VERDICTS[e.verdict].word}`,
      sayCount(e.treatment.units),
    ]),
  )
}

const BLOCKS = 20

/** How far the share came, of what was planned, in text. */
function chart(ramp: Ramp): string {
  const bar = (percent: number): string => {
    const full = percent === 0 ? 0 : Math.max(1, Math.round((percent / 100) * BLOCKS))
    return `${'█'.repeat(full)}${'░'.repeat(BLOCKS - full)} ${sayShare(percent)}`
  }
  return ['```', `reached  ${bar(ramp.percent.reached)}`, `now      ${bar(ramp.percent.now)}`, '```'].join('\n')
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdown).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

/** Text that cannot become Markdown or HTML: reasons and names are written by people. */
function markdown(text: string): string {
  return plain(text).replace(/[\\`*_[\]<>#|~]/g, (mark) => `\\${mark}`)
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
