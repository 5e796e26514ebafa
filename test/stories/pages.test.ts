import { createBrowserClient as local } from '@rampart/browser'
import { createBrowserClient as remote } from '@rampart/browser/remote'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, FLAG, inEnvironment, inProject, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

/* What happens in pages guards a ramp too, whether they evaluate by themselves or ask for values. */

let demo: Demo
let key: string

beforeAll(async () => {
  demo = await startDemo()
  key = (await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'pages' } })).body.secret
})

afterAll(() => demo.close())

const PAGES = 60

test.each([
  ['evaluate by themselves', local, false],
  ['ask for values, of a flag whose rules stay on the server', remote, true],
])('a ramp is taken back by the errors of pages that %s', { timeout: 60_000 }, async (_, createClient, remoteOnly) => {
  const flag = { params: { project: PROJECT, flag: FLAG } }
  await demo.api.patchFlag({ ...flag, body: { clientSide: true, remoteOnly } })
  await demo.api.setRollout({ ...ofFlag, body: { percent: 0, variation: 'on' } })
  const { item } = (
    await demo.api.startRamp({
      ...ofFlag,
      body: {
        steps: '50%:10m,100%',
        guards: ['web_error:browser:rollback'],
        cooldown: '0s',
        reason: 'story',
      },
    })
  ).body
  // Each page has somebody of its own in front of it, looks once and stays open: nobody flushes for it.
  const clients = Array.from({ length: PAGES }, (_, n) =>
    createClient({ url: demo.url, key, context: `${remoteOnly} ${n}`, cache: 'none', logger: 'silent' }),
  )
  try {
    await Promise.all(clients.map((client) => client.ready()))
    for (const client of clients) if (client.isEnabled(FLAG)) client.count('web_error')
    const ramp = await until(async () => {
      const { body } = await demo.api.getRamp({ params: { ...inProject.params, id: item.id } })
      return body.end === null ? undefined : body
    }, 30_000)
    expect(ramp).toMatchObject({ state: 'rolled_back', end: { by: 'guard', cause: { named: ['web_error'] } } })
    const [evidence] = ramp.verdicts
    expect(evidence?.treatment).toMatchObject({ rate: 1 })
    expect(evidence?.control).toMatchObject({ rate: 0 })
    // And every page is back where it was, without being asked to.
    await until(() => clients.every((client) => client.peek(FLAG, true).value === false) || undefined)
  } finally {
    await Promise.all(clients.map((client) => client.close()))
  }
})
