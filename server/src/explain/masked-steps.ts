import type { Condition, ExplainedCondition, Path, Step } from '@rampart/core'
import { isPrivate } from '../conditions/telling.ts'

/** The steps without the values of private attributes: what was found, what that is compared to, and units. */
export function maskedSteps(steps: readonly Step[], hidden: readonly Path[]): Step[] {
  return steps.map((step) => maskedStep(step, hidden))
}

function maskedStep(step: Step, hidden: readonly Path[]): Step {
  switch (step.step) {
    case 'switch':
      return step
    case 'layer':
      return isPrivate('targetingKey', hidden) ? withoutUnit(step) : step
    case 'prerequisite':
      return { ...step, steps: maskedSteps(step.steps, hidden) }
    case 'rule':
      return { ...step, when: maskedCondition(step.when, hidden) }
    case 'serve':
      return step.by !== undefined && isPrivate(step.by, hidden) ? withoutUnit(step) : step
  }
}

function withoutUnit<S extends { readonly unit?: string }>(step: S): Omit<S, 'unit'> {
  const { unit: _, ...rest } = step
  return rest
}

function maskedCondition(condition: ExplainedCondition, hidden: readonly Path[]): ExplainedCondition {
  switch (condition.kind) {
    case 'all':
    case 'any':
    case 'not':
      return { ...condition, parts: condition.parts.map((part) => maskedCondition(part, hidden)) }
    case 'segment': {
      const { when } = condition
      return when === undefined ? condition : { ...condition, when: maskedCondition(when, hidden) }
    }
    case 'attribute': {
      if (!isPrivate(condition.attribute, hidden)) return condition
      const { found: _found, operand: _operand, ...rest } = condition
      return rest
    }
    case 'unknown':
      return hasPrivate(condition.condition, hidden) ? { ...condition, condition: NOTHING } : condition
  }
}

/** What cannot be judged may be of a form that nobody here knows: it is told only when it names nothing private. */
const NOTHING: Condition = { any: [] }

function hasPrivate(condition: Condition, hidden: readonly Path[]): boolean {
  return 'attribute' in condition && isPrivate(condition.attribute, hidden)
}
