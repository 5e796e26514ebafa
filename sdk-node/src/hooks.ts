import { type Log, messageOf } from './logger.ts'
import type { Asked, Context, Details, FlagClient, Hook, Unit } from './types.ts'

type Questions = Pick<FlagClient, 'isEnabled' | 'get' | 'details'>

export interface HookParts {
  readonly hooks: readonly Hook[]
  readonly contextOf: (unit: Unit) => Context
  readonly about: FlagClient['about']
  readonly log: Log
}

/** The same questions, each of which tells the hooks what it gave. Without hooks it is the questions themselves. */
export function heard(questions: Questions, { hooks, contextOf, about, log }: HookParts): Questions {
  if (hooks.length === 0) return questions

  function tell(asked: Asked, details: Details<unknown>): void {
    for (const hook of hooks) {
      try {
        hook.after(asked, details)
      } catch (thrown) {
        log.warnOnce(`hook ${hook.name}`, () => `the hook "${hook.name}" failed: ${messageOf(thrown)}`)
      }
    }
  }

  const details: Questions['details'] = (key, unit, fallback) => {
    const answer = questions.details(key, unit, fallback)
    tell({ key, context: contextOf(unit), fallback, facts: about(key) }, answer)
    return answer
  }
  return {
    isEnabled: (key, unit, fallback = false) => details(key, unit, fallback).value === true,
    get: (key, unit, fallback) => details(key, unit, fallback).value,
    details,
  }
}
