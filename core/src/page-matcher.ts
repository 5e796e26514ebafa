import type { Matcher } from './means.ts'

/**
 * Judges `matches` in a browser, whose server lets no pattern pass but those of `clientSafePattern`: of such a one, `.` and `\w`
 * are all that ECMAScript reads otherwise than RE2. In `nativeMatcher`'s place, which checks patterns and weighs a kilobyte.
 */
export const pageMatcher: Matcher = {
  compile(pattern, ignoreCase) {
    // A class is taken whole: a dot in it is a dot.
    const portable = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gsu, (part) => {
      if (part === '.') return '[^\\n\\r\\u2028\\u2029]'
      return part.replaceAll('\\w', part === '\\w' ? '[0-9A-Za-z_]' : '0-9A-Za-z_')
    })
    try {
      const expression = new RegExp(portable, ignoreCase ? 'iu' : 'u')
      return (text) => expression.test(text)
    } catch {
      // Not of the list.
      return undefined
    }
  },
}
