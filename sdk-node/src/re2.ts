import { type Matcher, portablePattern } from '@rampart/core'
import { RE2JS, RE2JSException } from 're2js'

/** Runs the patterns of flags in linear time, as the server reads them: RE2 in plain JavaScript. */
export const re2: Matcher = {
  compile(pattern, ignoreCase) {
    try {
      const compiled = RE2JS.compile(portablePattern(pattern), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
      return (text) => compiled.test(text)
    } catch (error) {
      if (error instanceof RE2JSException) return undefined
      throw error
    }
  },
}
