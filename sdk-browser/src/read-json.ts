/** A text from outside as JSON; undefined when it is none: whoever takes it says so. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
