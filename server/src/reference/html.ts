/** Markup that may be put into a page as it is. */
export interface Html {
  readonly markup: string
}

/** A template whose values are escaped, unless they are markup themselves; lists are put one after the other. */
export function html(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  return { markup: texts.map((text, i) => text + (i < values.length ? markupOf(values[i]) : '')).join('') }
}

export const nothing: Html = { markup: '' }

/** Words with `code` in back quotes, as descriptions are written. */
export function prose(text: string): Html {
  return {
    markup: text
      .split('`')
      .map((part, i) => (i % 2 === 0 ? escaped(part) : `<code>${escaped(part)}</code>`))
      .join(''),
  }
}

function markupOf(value: string | number | Html | readonly Html[] | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('\n')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
