import type { Parsed } from '@rampart/contract/wire'
import { messageOf } from './log.ts'

/** A text from outside, as JSON and as what it should be. */
export function readJson<T>(text: string, parse: (value: unknown) => Parsed<T>): Parsed<T> {
  try {
    return parse(JSON.parse(text))
  } catch (thrown) {
    return { ok: false, problem: messageOf(thrown) }
  }
}
