/**
 * Reads server-sent events from text that comes in parts (WHATWG HTML, 9.2.6 "Interpreting an event stream"). Ids are not
 * kept, since every document of Rampart carries its revision, and `retry` is not obeyed: `link` decides about that.
 */
export function createEventParser(deliver: (event: string, data: string) => void): (part: string) => void {
  let rest = ''
  let event = ''
  let data: string[] = []

  function line(text: string): void {
    if (text === '') {
      if (data.length > 0) deliver(event || 'message', data.join('\n'))
      event = ''
      data = []
      return
    }
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1))
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }

  return (part) => {
    // A long line comes in many parts, and is looked through once.
    if (!/[\r\n]/.test(part) && !rest.endsWith('\r')) {
      rest += part
      return
    }
    // A CR at the end may be half of a line end.
    const lines = (rest + part).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const one of lines) line(one)
  }
}
