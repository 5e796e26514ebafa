import stringWidth from 'string-width'

/** Fills with spaces up to `width` columns of a terminal. */
export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text
}

/** `left` at the left edge and `right` at the right one; on two lines when they do not fit. */
export function spread(left: string, right: string, width: number): readonly string[] {
  const gap = width - stringWidth(left) - stringWidth(right)
  return gap < 2 ? [left, right] : [left + ' '.repeat(gap) + right]
}

/** Breaks plain text between words, at most `width` columns a line; a longer word stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && stringWidth(longer) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Rows as columns, two spaces between them and none at the end. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))))
  return rows.map((row) =>
    row
      .map((cell, i) => padRight(cell, widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

export { stringWidth as widthOf }
