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

/** A last column narrower than this is put below its row instead. */
const NARROWEST = 24
const BELOW = '    '

/**
 * Rows as columns for a terminal of `columns`: a long last cell is broken within its column, or below its row when there is
 * no room beside it. Without a terminal every row is one line, so that it can be searched.
 */
export function tableWithin(rows: readonly (readonly string[])[], columns: number | undefined): readonly string[] {
  const lines = table(rows)
  const before = table(rows.map((row) => row.slice(0, -1)))
  const start = Math.max(0, ...before.map((line) => stringWidth(line))) + 2
  return lines.flatMap((line, i) => {
    const last = rows[i]?.at(-1) ?? ''
    if (columns === undefined || stringWidth(line) <= columns) return [line]
    if (columns - start < NARROWEST)
      return [before[i] ?? '', ...wrap(last, columns - BELOW.length).map((part) => BELOW + part)]
    const [first = '', ...more] = wrap(last, columns - start)
    return [padRight(before[i] ?? '', start) + first, ...more.map((part) => ' '.repeat(start) + part)]
  })
}

export { stringWidth as widthOf }
