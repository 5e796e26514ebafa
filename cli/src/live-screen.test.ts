import { expect, test } from 'vitest'
import { liveScreen } from './live-screen.ts'

/** An escape sequence (ECMA-48 5.4), or a character. */
const SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[\\??\\d*[A-Za-z]|.`, 'gs')

/** A terminal of a given size that understands what is written to it, and breaks its lines when it becomes narrower. */
function terminal(columns: number, rows: number) {
  let screen: string[] = ['']
  let [row, column] = [0, 0]
  let width = columns
  let cursor = true
  const resized = new Set<() => void>()
  const put = (char: string) => {
    if (column === width) [row, column] = [row + 1, 0]
    screen[row] = (screen[row] ?? '').slice(0, column).padEnd(column) + char + (screen[row] ?? '').slice(column + 1)
    column += 1
  }
  return {
    write(text: string) {
      for (const [token] of text.matchAll(SEQUENCE)) {
        if (token === '\n') [row, column] = [row + 1, 0]
        else if (token === '\r') column = 0
        else if (token === '\u001b[K') screen[row] = (screen[row] ?? '').slice(0, column)
        else if (token === '\u001b[J') screen = [...screen.slice(0, row), (screen[row] ?? '').slice(0, column)]
        else if (token.endsWith('A')) row = Math.max(0, row - Number(/\d+/.exec(token)?.[0]))
        else if (token.startsWith('\u001b[?25')) cursor = token.endsWith('h')
        else if (!token.startsWith('\u001b')) put(token)
      }
    },
    columns: () => width,
    rows: () => rows,
    onResize(listener: () => void) {
      resized.add(listener)
      return () => resized.delete(listener)
    },
    /** Lines that are longer than the new width are broken; the cursor stays where it was in the text. */
    narrow(to: number) {
      const broken = screen.map((line) => line.match(new RegExp(`.{1,${to}}`, 'g')) ?? [''])
      row = broken.slice(0, row).flat().length
      screen = broken.flat()
      width = to
      for (const listener of resized) listener()
    },
    shown: () => screen.map((line) => line.trimEnd()).filter((line, i, all) => line !== '' || i < all.length - 1),
    hasCursor: () => cursor,
    listeners: () => resized.size,
  }
}

test('a picture is drawn over the one before, whether it has more lines or fewer', () => {
  const tty = terminal(20, 10)
  tty.write('$ rampart\n')
  const live = liveScreen(tty, () => undefined)
  live.draw(['one', 'two'])
  expect(tty.shown()).toEqual(['$ rampart', 'one', 'two'])
  live.draw(['1', 'two', '', 'four'])
  expect(tty.shown()).toEqual(['$ rampart', '1', 'two', '', 'four'])
  live.draw(['last'])
  expect(tty.shown()).toEqual(['$ rampart', 'last'])
  expect(tty.hasCursor()).toBe(false)
  live.clear()
  expect([tty.shown(), tty.hasCursor(), tty.listeners()]).toEqual([['$ rampart'], true, 0])
})

test('a terminal that becomes narrower keeps nothing of the wider picture', () => {
  const tty = terminal(20, 10)
  const drawn: number[] = []
  const live = liveScreen(tty, () => drawn.push(tty.columns()))
  live.draw(['a line of 19 columns', 'short'])
  tty.narrow(7)
  expect(tty.shown()).toEqual(['a line', 'of 19 c', 'olumns', 'short'])
  live.draw(['a line', 'broken', 'anew'])
  expect(tty.shown()).toEqual(['a line', 'broken', 'anew'])
  expect(drawn).toEqual([7])
})

test('a picture that is too high keeps its beginning', () => {
  const tty = terminal(20, 4)
  liveScreen(tty, () => undefined).draw(['1', '2', '3', '4', '5'])
  expect(tty.shown()).toEqual(['1', '2', '3'])
})

test('wide characters and colours take the columns that they are shown in', () => {
  const tty = terminal(10, 10)
  const live = liveScreen(tty, () => undefined)
  live.draw(['\u001b[32m✔ ok\u001b[39m'])
  live.draw(['done'])
  expect(tty.shown()).toEqual(['done'])
})
