import type { Flag } from './flags.ts'

/**
 * What pages are told of a flag. `rules`: they evaluate it, and can read its rules. `values`: the server evaluates it for them
 * (`@rampart/browser/remote`, OFREP, bootstraps), and its rules stay there. `nothing`: it does not exist for client keys.
 */
export const toldToPages = ['nothing', 'values', 'rules'] as const
export type ToldToPages = (typeof toldToPages)[number]

type Marks = Pick<Flag, 'clientSide' | 'remoteOnly'>

export function whatPagesAreTold({ clientSide, remoteOnly }: Marks): ToldToPages {
  if (!clientSide) return 'nothing'
  return remoteOnly ? 'values' : 'rules'
}

/** The marks of a flag of which pages are told this. */
export function marksFor(told: ToldToPages): Marks {
  return { clientSide: told !== 'nothing', remoteOnly: told === 'values' }
}

/** As a part of a sentence, such as `pages are told its rules and values`. */
export function sayPagesAreTold(marks: Marks): string {
  return `pages are told ${WORDS[whatPagesAreTold(marks)]}`
}

const WORDS: Readonly<Record<ToldToPages, string>> = {
  nothing: 'nothing of it',
  values: 'its values; its rules stay on the server',
  rules: 'its rules and values',
}
