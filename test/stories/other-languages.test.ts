import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, inEnvironment, inProject, ofFlag, startDemo } from '../support/demo.ts'
import { root } from '../support/imports.ts'
import { until } from '../support/processes.ts'

let demo: Demo

beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.close())

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.info('skipped: there is no python3 here to run the snippets of docs/other-languages.md')

/** All of the page's Python, in one program. */
function snippets(): string {
  const page = readFileSync(join(root, 'docs/other-languages.md'), 'utf8')
  return [...page.matchAll(/```python\n([\s\S]*?)```/g)].map(([, code = '']) => code).join('\n')
}

const environment = (url: string) => ({
  PATH: process.env['PATH'] ?? '',
  RAMPART_URL: url,
  RAMPART_SDK_KEY: demo.serverKey,
})

const run = (url: string): string =>
  spawnSync('python3', ['-c', snippets()], { encoding: 'utf8', env: environment(url) }).stdout.trim()

test.skipIf(!hasPython)(
  'a ramp that only a program without an SDK asks for is taken back when its users fare worse',
  async () => {
    run(demo.url)
    const { items } = (await demo.api.listMetrics(inEnvironment)).body
    expect(items.map(({ name }) => name).sort()).toEqual(['checkout_error', 'checkout_ms'])
    const started = await demo.api.startRamp({
      ...ofFlag,
      body: { steps: '50%:10m,100%', guards: ['checkout_error'], cooldown: '0s', reason: 'story' },
    })
    const shop = `${snippets()}
for n in range(2000):
    who = f"shopper-{n}"
    if is_enabled("new-checkout-flow", who) or n % 20 == 10:
        report("checkout_error", who)
`
    const child = spawn('python3', ['-c', shop], { env: environment(demo.url), stdio: 'ignore' })
    try {
      const ramp = await until(async () => {
        const { body } = await demo.api.getRamp({ params: { ...inProject.params, id: started.body.item.id } })
        return body.end === null ? undefined : body
      }, 60_000)
      expect(ramp).toMatchObject({ state: 'rolled_back', end: { by: 'guard', cause: { named: ['checkout_error'] } } })
      const [evidence] = ramp.verdicts
      expect(evidence?.treatment.rate).toBeGreaterThan(0.9)
      expect(evidence?.control.units).toBeGreaterThan(0)
      expect(evidence?.control.rate).toBeLessThan(0.2)
      // What was asked for is counted as given; nobody has an SDK here.
      const { variations } = (await demo.api.getEvaluations(ofFlag)).body
      const given = variations.filter(({ n }) => n.some((some) => some > 0)).map(({ variation }) => variation)
      expect(given.sort()).toEqual(['off', 'on'])
    } finally {
      const left = once(child, 'close')
      child.kill()
      await left
    }
  },
)

test.skipIf(!hasPython)(
  'the Python of the documents says what an SDK says, and falls back when a flag is killed or the server away',
  async () => {
    await demo.api.setRollout({ ...ofFlag, body: { percent: 100 } })
    const on = run(demo.url)
    await demo.api.killFlag({ ...ofFlag, body: {} })
    expect([on, run(demo.url), run('http://127.0.0.1:9')]).toEqual(['True', 'False', 'False'])
  },
)
