// npm run fixtures: keeps what this release ships, so that later releases can prove that they still work with it: the
// packed SDKs, and a database file with one of everything. Writes test/fixtures/releases/<version>.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ENVIRONMENT, FLAG, inProject, ofFlag, PROJECT, startDemo } from '../test/support/demo.ts'
import { build } from './build.mjs'
import { PNPM } from './pnpm.mjs'

const { version } = JSON.parse(readFileSync('sdk-node/package.json', 'utf8'))
const out = resolve('test/fixtures/releases', version)
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

for (const name of ['sdk-node', 'sdk-browser']) {
  run('npx', [...PNPM, 'run', 'build'], name)
  run('npx', [...PNPM, 'pack', '--pack-destination', out], name)
}

build()
const folder = mkdtempSync(join(tmpdir(), 'rampart-fixture-'))
const demo = await startDemo({ folder })
const { api } = demo
await api.createEnvironment({ ...inProject, body: { key: 'development', class: 'development' } })
await api.putSegment({
  params: { project: PROJECT, segment: 'beta' },
  body: {
    name: 'Beta testers',
    when: { attribute: 'email', operator: 'ends with', operand: ['@example.com'] },
    included: ['ana'],
    excluded: [],
  },
})
await api.createFlag({
  ...inProject,
  body: {
    key: 'ranker',
    type: 'string',
    variations: [
      { key: 'a', name: null, value: 'a' },
      { key: 'b', name: 'B', value: '' },
    ],
  },
})
await api.createWebhook({ ...inProject, body: { url: 'http://127.0.0.1:9/alerts', format: 'slack' } })
await api.createToken({ body: { kind: 'kill-url', name: 'pager', scopes: [`kill@${PROJECT}/${ENVIRONMENT}/${FLAG}`] } })
const ramp = await api.startRamp({
  ...ofFlag,
  body: { steps: '10%:1d,100%', guards: ['checkout_error'], allowNewMetric: true, run: 'kept' },
})
await api.pauseRamp({
  params: { project: PROJECT, id: ramp.body.item.id },
  body: { reason: 'kept for later releases' },
})
// the last connection that closes leaves one file, without a log beside it
await demo.close()
cpSync(join(folder, 'rampart.db'), join(out, 'rampart.db'))
rmSync(folder, { recursive: true, force: true })
console.log(`kept ${out}`)

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}`)
}
