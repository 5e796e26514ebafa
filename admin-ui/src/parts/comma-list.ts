/** The parts of a text that are separated by commas, without the empty ones. */
export function commaList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
