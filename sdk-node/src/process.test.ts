import { spawn } from 'node:child_process'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startTestServer } from './test-server.ts'
import { flag, snapshot } from './test-snapshots.ts'

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** Runs a module in a process of its own; `createClient` is there. One that has not ended after 10 s is killed and has no code. */
function run(code: string, url: string): Promise<Ended> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--no-warnings', '-e', `import { createClient } from '@rampart/node'\n${code}`],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { RAMPART_URL: url, RAMPART_SDK_KEY: 'rmp_srv_test' },
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let output = ''
  child.stdout.on('data', (piece: Buffer) => {
    output += piece.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ code: status, output }))
  })
}

/** Accepts connections and never says a word. */
async function mute(): Promise<string> {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const NOBODY = 'http://127.0.0.1:9'
const ON = snapshot(7, [flag('checkout')])

test('an open client with a live stream lets its process end', async () => {
  const server = await startTestServer(ON)
  const ended = await run(
    `const client = createClient({ logger: 'silent' })
     const { status } = await client.ready()
     console.log(status, client.isEnabled('checkout', 'user-1'))`,
    server.url,
  )
  expect(ended).toEqual({ code: 0, output: 'ready true\n' })
})

test.each([
  ['that is away', async () => NOBODY],
  ['that never answers', mute],
])('a client of a server %s lets its process end', async (_, server) => {
  const ended = await run(`createClient({ logger: 'silent' }); setTimeout(() => {}, 300)`, await server())
  expect(ended).toEqual({ code: 0, output: '' })
})

test('who awaits ready gets an answer in time, also when nothing else keeps the process', async () => {
  const ended = await run(
    `const { status } = await createClient({ logger: 'silent' }).ready({ timeout: 300 })
     console.log(status)`,
    await mute(),
  )
  expect(ended).toEqual({ code: 0, output: 'timeout\n' })
})

test('who awaits close has sent what was counted, also when nothing else keeps the process', async () => {
  const server = await startTestServer(ON)
  const ended = await run(
    `const client = createClient({ logger: 'silent' })
     await client.ready()
     client.isEnabled('checkout', 'user-1')
     await client.flush()
     client.isEnabled('checkout', 'user-1')
     await client.close()
     console.log(client.status)`,
    server.url,
  )
  expect(ended).toEqual({ code: 0, output: 'closed\n' })
  expect(server.batches).toMatchObject([{ evaluations: [{ n: 1 }] }, { evaluations: [{ n: 1 }] }])
})

test('close ends in time although the server never answers', async () => {
  const ended = await run(
    `const client = createClient({ logger: 'silent', bootstrap: ${JSON.stringify(ON)} })
     client.isEnabled('checkout', 'user-1')
     const began = performance.now()
     await client.close({ timeout: 200 })
     console.log(performance.now() - began < 1_000)`,
    await mute(),
  )
  expect(ended).toEqual({ code: 0, output: 'true\n' })
})
