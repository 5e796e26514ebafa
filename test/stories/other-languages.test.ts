import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, ofFlag, startDemo } from '../support/demo.ts'
import { root } from '../support/imports.ts'

let demo: Demo

beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.close())

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.info('skipped: there is no python3 here to run the snippet of docs/other-languages.md')

test.skipIf(!hasPython)(
  'the Python of the documents says what an SDK says, and falls back when a flag is killed or the server away',
  async () => {
    const page = readFileSync(join(root, 'docs/other-languages.md'), 'utf8')
    const snippet = /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    const run = (url: string): string =>
      spawnSync('python3', ['-c', snippet], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', RAMPART_URL: url, RAMPART_SDK_KEY: demo.serverKey },
      }).stdout.trim()

    await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
    const on = run(demo.url)
    await demo.api.killFlag({ ...ofFlag, body: {} })
    expect([on, run(demo.url), run('http://127.0.0.1:9')]).toEqual(['True', 'False', 'False'])
  },
)
