/** The first element of the page that matches; the page is made with this script, so that one that is missing is a mistake. */
export function find<T extends Element>(selector: string, kind: abstract new () => T): T {
  const found = document.querySelector(selector)
  if (found instanceof kind) return found
  throw new Error(`this page has no ${selector}`)
}
