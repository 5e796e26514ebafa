/**
 * Unicode's simple lower-casing, character by character: no locale, no final sigma, and İ becomes i, so that every
 * language's SDK can do the same.
 */
export function lowerCase(text: string): string {
  if (!/[^ -~]/.test(text)) return text.toLowerCase()
  let lower = ''
  for (const character of text) lower += character === 'İ' ? 'i' : character.toLowerCase()
  return lower
}
