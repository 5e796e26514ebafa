import { type Matcher, portablePattern } from '@rampart/core'
import { RE2JS, RE2JSException } from 're2js'

/** Steps of a compiled pattern: ten times this many would take seconds over a text of 2,048 characters. */
const LARGEST = 2_500

/** Runs the patterns of `matches` in linear time, whoever wrote them: RE2 in plain JavaScript. */
export const re2: Matcher = {
  compile(pattern, ignoreCase) {
    const read = compiled(portablePattern(pattern), ignoreCase)
    return typeof read === 'string' ? undefined : (text) => read.test(text)
  },
}

/** What is wrong with a pattern, in RE2's words; undefined when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const read = compiled(pattern, false)
  if (typeof read === 'string') return read
  const size = read.programSize()
  return size > LARGEST ? `comes to ${size} steps, of at most ${LARGEST}: repeat less` : undefined
}

function compiled(pattern: string, ignoreCase: boolean): RE2JS | string {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return `is no pattern of RE2: ${error.message.replace(/^error parsing regexp: /, '')}`
  }
}
