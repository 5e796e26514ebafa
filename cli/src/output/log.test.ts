import { describe, expect, test } from 'vitest'
import { follow, type RampEvent } from '../follow.ts'
import { at, ended, evidence, firstStep, PERSON, ramp, rolledBack, TRIPPED } from '../test-ramps.ts'
import { closeGroup, logEvent, type OpenGroup } from './log.ts'

const url = 'https://flags.example.test/p/demo/ramps/r_01JD8K'
const now = Date.parse(at(20))

/** The whole log of a ramp that was looked at in these states. */
function log(looks: readonly ReturnType<typeof ramp>[], dialect: 'github' | 'gitlab' | 'plain'): readonly string[] {
  const lines: string[] = []
  let open: OpenGroup = null
  looks.forEach((look, i) => {
    for (const event of follow(looks[i - 1], look, now)) {
      const written = logEvent(event, look, { dialect, open, url })
      open = written.open
      lines.push(...written.lines)
    }
  })
  return lines
}

describe('a log', () => {
  const judged = firstStep({ verdicts: [evidence()] })
  const at50 = ramp({ step: 3, seq: 3, percent: { before: 0, reached: 50, now: 50 }, enteredAt: at(27) })

  test('in GitHub Actions has a group for each step, and one error at the end of a bad ramp', () => {
    expect(log([firstStep(), judged, ramp(), at50, rolledBack()], 'github')).toEqual([
      '::group::step 1/4 · 1%',
      '14:05:00Z ramp    new-checkout-flow · production · r_01JD8K · 1%:10m,10%:15m,50%:30m,100% · guards checkout_error',
      '14:05:00Z move    0% → 1%',
      '14:25:00Z sdks    38/38 SDKs in 1.1s',
      `14:25:00Z wait    ${firstStep().sentence}`,
      `14:25:00Z check   ok ${evidence().words}`,
      '14:17:00Z pass    step 1',
      '::endgroup::',
      '::group::step 2/4 · 10%',
      '14:17:00Z move    1% → 10%',
      '14:25:00Z sdks    38/38 SDKs in 1.1s',
      `14:25:00Z wait    ${ramp().sentence}`,
      '14:32:00Z pass    step 2',
      '::endgroup::',
      '::group::step 3/4 · 50%',
      '14:32:00Z move    10% → 50%',
      '14:25:00Z sdks    38/38 SDKs in 1.1s',
      `14:25:00Z wait    ${ramp().sentence}`,
      `14:46:00Z check   FAIL ${TRIPPED.words}`,
      '14:46:00Z move    50% → 0%',
      `14:46:00Z end     ${rolledBack().sentence}`,
      '::endgroup::',
      `::error title=Rolled back%3A new-checkout-flow (production)::${rolledBack().sentence.replaceAll('%', '%25')} Report: ${url}`,
    ])
  })

  test('in GitLab has sections', () => {
    const lines = log([firstStep(), rolledBack()], 'gitlab')
    expect(lines[0]).toBe(`\u001b[0Ksection_start:${Date.parse(at(0)) / 1000}:step_1\r\u001b[0Kstep 1/4 · 1%`)
    expect(lines.at(-1)).toBe(`\u001b[0Ksection_end:${Date.parse(at(41)) / 1000}:step_1\r\u001b[0K`)
  })

  test('elsewhere is lines only', () => {
    for (const line of log([firstStep(), ramp(), rolledBack()], 'plain'))
      expect(line).toMatch(/^14:\d\d:\d\dZ [a-z]+ +\S/)
  })

  test('of a good ramp has no annotation, of one that a person ended a warning', () => {
    expect(log([firstStep(), ended('completed', 'system', null)], 'github').join('\n')).not.toMatch(/::(error|warning)/)
    const killed = ended('killed', 'person', { kind: 'kill', actor: PERSON, reason: null })
    expect(log([firstStep(), killed], 'github').at(-1)).toMatch(/^::warning title=Killed%3A /)
  })

  test('lets nobody write a command of the CI system into it', () => {
    const sentence = 'Rolled back: Ana took it back (see\n::add-mask::x).'
    const end: RampEvent = { kind: 'ended', at: now }
    const { lines } = logEvent(end, rolledBack({ sentence }), { dialect: 'plain', open: null, url })
    expect(lines).toEqual(['14:25:00Z end     Rolled back: Ana took it back (see ::add-mask::x).'])
  })

  test('closes what is open when watching stops', () => {
    expect(closeGroup('github', 'step_1', now)).toEqual(['::endgroup::'])
    expect(closeGroup('github', null, now)).toEqual([])
    expect(closeGroup('plain', 'step_1', now)).toEqual([])
  })
})
