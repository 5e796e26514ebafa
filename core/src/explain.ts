import { type Asking, askingOf } from './asking.ts'
import { readUnit, type Subject } from './attributes.ts'
import type { Conclusion } from './conclusion.ts'
import type { Configuration } from './configuration.ts'
import { answerIn, concludeEntry, evaluate } from './evaluate.ts'
import {
  describe,
  explainAttribute,
  explainCompound,
  explainSegment,
  type Judged,
  verdictOf,
} from './explain-condition.ts'
import type { Explanation, RuleStep, ServeStep, Step } from './explained.ts'
import { everyoneElseOf, type FlagEntry, type PreparedRule, prepareFlag, serveOf } from './flag.ts'
import type { Context, Key } from './model.ts'
import { entryAt } from './table.ts'
import type { Trace } from './trace.ts'

/**
 * What `evaluate` answers, and how it came to that: the same evaluation, listened to. Nothing is hidden: attributes are
 * shown as the context has them. Never throws.
 */
export function explain(configuration: Configuration, key: Key, context: Context | string): Explanation {
  const entry = entryAt(configuration.parts.flags, key)
  if (entry === undefined) return { answer: evaluate(configuration, key, context), steps: [] }
  const story = storyOf(entry)
  const trace = listenTo(context, story, () => asking)
  const asking: Asking = askingOf(configuration.asking, trace, undefined)
  const conclusion = concludeEntry(entry, context, asking)
  const answer = answerIn(asking, conclusion)
  return { answer, steps: told(story, conclusion, context, asking) }
}

/** What one flag's evaluation has told so far. */
interface Story {
  readonly entry: FlagEntry
  readonly steps: Step[]
  readonly judged: Judged
  matched: PreparedRule | undefined
  splitPosition: number | undefined
}

function storyOf(entry: FlagEntry): Story {
  return { entry, steps: [], judged: [], matched: undefined, splitPosition: undefined }
}

function listenTo(subject: Subject, first: Story, asking: () => Asking): Trace {
  const stories = [first]
  const now = (): Story => stories.at(-1) ?? first
  return {
    opened: (entry) => stories.push(storyOf(entry)),
    prerequisite(key, variations, conclusion, met) {
      const story = conclusion && stories.pop()
      const names = entryAt(asking().flags, key)?.wire.variations ?? []
      now().steps.push({
        step: 'prerequisite',
        flag: key,
        variations: variations.flatMap((index) => names[index] ?? []),
        ...(conclusion?.variation !== undefined && { given: conclusion.variation }),
        met,
        steps: story === undefined || conclusion === undefined ? [] : told(story, conclusion, subject, asking()),
      })
    },
    layer(unit, position, inside) {
      const { layer } = now().entry.wire
      if (layer === undefined) return
      const { key, from, to } = layer
      now().steps.push({
        step: 'layer',
        layer: key,
        from,
        to,
        ...(unit !== undefined && { unit }),
        ...(position !== undefined && { position }),
        inside,
      })
    },
    attribute: (condition, truth, found) => explainAttribute(now().judged, condition, truth, found),
    segment: (condition, truth, way) => explainSegment(now().judged, condition, truth, way),
    compound: (condition, truth) => explainCompound(now().judged, condition, truth),
    rule(rule, truth) {
      const story = now()
      const when = story.judged.pop()?.explained ?? describe(rule.when, verdictOf(truth))
      story.steps.push({ step: 'rule', rule: rule.wire.id, verdict: verdictOf(truth), when })
      if (truth === true) story.matched = rule
    },
    split(position) {
      now().splitPosition = position
    },
  }
}

/** The steps of a flag that has just come to its conclusion. */
function told(story: Story, conclusion: Conclusion, subject: Subject, asking: Asking): readonly Step[] {
  const { entry, steps } = story
  const { reason } = conclusion
  if (reason === 'error') return steps
  if (reason === 'off' || reason === 'killed') return [{ step: 'switch', state: reason }]
  const served = conclusion.rule === undefined ? [] : [serveStep(story, conclusion, subject, asking)]
  return [{ step: 'switch', state: 'on' }, ...steps, ...skippedRules(entry, steps, asking), ...served]
}

function skippedRules(entry: FlagEntry, steps: readonly Step[], { means }: Asking): RuleStep[] {
  const rules = prepareFlag(entry, means).gates?.rules ?? []
  const looked = steps.filter(({ step }) => step === 'rule').length
  return rules.slice(looked).map(({ when, wire: { id } }) => {
    return { step: 'rule', rule: id, verdict: 'not looked at', when: describe(when, 'not looked at') }
  })
}

function serveStep(
  { entry, matched, splitPosition }: Story,
  conclusion: Conclusion,
  subject: Subject,
  asking: Asking,
): ServeStep {
  const { rule, by, rollout, split } =
    matched === undefined ? everyoneElseOf(prepareFlag(entry, asking.means), entry) : serveOf(matched, entry)
  const variation = conclusion.variation ?? ''
  if (by === undefined) return { step: 'serve', rule, variation }
  const unit = asking.hasUnit ? readUnit(subject, by) : undefined
  const position = asking.hasUnit ? asking.place >>> 0 : undefined
  const { rollout: written } = matched?.wire.serve ?? entry.wire.serve
  return {
    step: 'serve',
    rule,
    by: by.name,
    ...(unit !== undefined && { unit }),
    ...(rollout !== undefined && {
      rollout: {
        percent: written?.[0] ?? 0,
        below: rollout.below,
        ...(position !== undefined && { position }),
        inside: position !== undefined && position < rollout.below,
        otherwise: rollout.otherwise.variation ?? '',
      },
    }),
    ...(split !== undefined && {
      split: {
        ...(splitPosition !== undefined && { position: splitPosition }),
        slices: split.slices.map((slice) => ({ below: slice.below, variation: slice.conclusion.variation ?? '' })),
      },
    }),
    variation,
  }
}
