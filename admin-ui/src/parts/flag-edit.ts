import type { FlagFacts } from '../queries/flags.ts'

/** The facts that somebody has changed. */
export function editOf(before: FlagFacts, after: FlagFacts): Partial<FlagFacts> {
  return Object.fromEntries(Object.entries(after).filter(([fact]) => differ(before, after, fact)))
}

/** Whether somebody else has changed one of the same facts since. */
export function isOfBoth(edit: Partial<FlagFacts>, before: FlagFacts, now: FlagFacts): boolean {
  return Object.keys(edit).some((fact) => differ(before, now, fact))
}

function differ(a: FlagFacts, b: FlagFacts, fact: string): boolean {
  const of = (facts: FlagFacts): unknown => facts[fact as keyof FlagFacts]
  return JSON.stringify(of(a)) !== JSON.stringify(of(b))
}
