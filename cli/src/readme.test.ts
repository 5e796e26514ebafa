import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { exitCodes } from './exit-codes.ts'

test('the README has the exit codes of the command', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  for (const { code, meaning, reaction } of exitCodes) {
    const row = new RegExp(`^\\| ${code} \\| (.*?) \\| ?(.*?) ?\\|$`, 'm').exec(readme.replaceAll('`', ''))
    expect(row?.slice(1)).toEqual([meaning, reaction])
  }
})
