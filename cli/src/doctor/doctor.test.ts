import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { commandsOf } from '../test-command.ts'
import { startTestServer, type TestServer } from '../test-server.ts'
import { testWorld } from '../test-world.ts'
import { listen } from './listen.ts'

let server: TestServer
const rampart = commandsOf(() => server)
const stands: Server[] = []

beforeAll(async () => {
  server = await startTestServer()
})

afterAll(() => server.close())

afterEach(async () => {
  for (const stand of stands.splice(0)) {
    stand.closeAllConnections()
    await new Promise((resolve) => stand.close(resolve))
  }
})

/** A server of our own that stands where the real one, or a proxy before it, would. */
async function stand(answer: RequestListener): Promise<string> {
  const one = createServer(answer)
  stands.push(one)
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`
}

/** `ok address`, `FAIL token`: the verdicts in order. */
function verdicts(out: string): readonly string[] {
  return out.split('\n').flatMap((line) => {
    const [, verdict, name] = /^(ok|warn|FAIL) +(\w+)/.exec(line) ?? []
    return verdict === undefined || name === undefined ? [] : [`${verdict} ${name}`]
  })
}

describe('doctor', () => {
  test('finds all well, a line for each thing it looked at', async () => {
    const { code, out, err } = await rampart('doctor', { env: { RAMPART_SDK_KEY: server.sdkKey } })
    expect([code, err]).toEqual([0, ''])
    expect(verdicts(out)).toEqual(
      ['address', 'transport', 'clock', 'version', 'token', 'rights', 'stream'].map((name) => `ok ${name}`),
    )
    expect(out).toMatch(/\nok {4}token {6}Bootstrap \(a token\): admin@\*; never expires\n/)
    expect(out).toMatch(
      /\nok {4}rights {5}in demo\/production it may look, change flags, ramp, approve, kill, administer\n/,
    )
    expect(out).toMatch(/\nok {4}stream {5}put as an application after \d+ms, nothing holds it back: demo\/production,/)
    expect(out).not.toContain(server.sdkKey)
    expect(out).not.toContain(server.token)
  })

  test('opens the stream of a page when no SDK key is set', async () => {
    expect((await rampart('doctor')).out).toMatch(/\nok {4}stream {5}ping as a page \(no SDK key is set\) after \d+ms/)
  })

  test('is with --json one document with what was measured', async () => {
    const { code, json } = await rampart('doctor --json')
    expect(code).toBe(0)
    expect(json()).toMatchObject({
      ok: true,
      exitCode: 0,
      checks: [
        { name: 'address', verdict: 'ok', measured: { latencyMs: expect.any(Number), connectMs: expect.any(Number) } },
        { name: 'transport' },
        { name: 'clock', measured: { skewMs: expect.any(Number) } },
        { name: 'version', measured: { server: '0.1.0', command: '0.1.0' } },
        { name: 'token', measured: { scopes: 'admin@*', expiresAt: null } },
        { name: 'rights', measured: { project: 'demo', environment: 'production' } },
        { name: 'stream', measured: { event: 'ping' } },
      ],
    })
  })

  test('says until when a token holds and what it may do', async () => {
    const { out: secret } = await rampart('tokens create --name ci --scope ramp@demo/production --expires 3d -q')
    const { code, out } = await rampart('doctor', { env: { RAMPART_TOKEN: secret.trim() } })
    expect(code).toBe(0)
    expect(out).toMatch(
      /\nwarn {2}token {6}ci \(a token\): ramp@demo\/production; expires in (3d|2d 23h), on .* UTC\n {17}→ Make a new one/,
    )
    expect(out).toContain('in demo/production it may look, ramp; not change flags, approve, kill, administer')
    expect(out).toContain('not looked at: this token may not listen to all of a project')
  })

  test.each([
    ['an unset address', { RAMPART_URL: '' }, ['FAIL settings']],
    ['what is no address', { RAMPART_URL: 'flags' }, ['FAIL settings']],
    ['nobody there', { RAMPART_URL: 'http://127.0.0.1:1' }, ['FAIL address']],
  ])('of %s says what to do and stops there', async (_, env, expected) => {
    const { code, out } = await rampart('doctor', { env })
    expect([code, verdicts(out)]).toEqual([1, expected])
    expect(out).toContain('→ ')
  })

  test('says which of the credentials does not work', async () => {
    const cut = await rampart('doctor', { env: { RAMPART_TOKEN: server.token.slice(0, -1) } })
    expect([cut.code, verdicts(cut.out).slice(4)]).toEqual([1, ['FAIL token', 'warn stream']])
    const mixed = await rampart('doctor', { env: { RAMPART_SDK_KEY: server.token } })
    expect([mixed.code, verdicts(mixed.out).slice(4)]).toEqual([1, ['ok token', 'ok rights', 'FAIL stream']])
    expect(mixed.out).toContain('→ It takes a server SDK key or a client SDK key.')
    const none = await rampart('doctor', { env: { RAMPART_TOKEN: '' } })
    expect(verdicts(none.out).slice(4)).toEqual(['FAIL token', 'warn stream'])
  })

  test('says which of the places is not there', async () => {
    const { code, out } = await rampart('doctor -e nowhere')
    expect([code, verdicts(out).slice(4)]).toEqual([1, ['ok token', 'FAIL rights', 'warn stream']])
    expect(out).toContain('Project demo has no environment nowhere.')
    expect(verdicts((await rampart('doctor', { env: { RAMPART_PROJECT: '' } })).out).slice(4)).toEqual([
      'ok token',
      'warn rights',
      'warn stream',
    ])
  })

  test('of a page where the server should be says so', async () => {
    const url = await stand((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', server: 'nginx' }).end('<h1>Welcome</h1>')
    })
    const { code, out } = await rampart('doctor', { env: { RAMPART_URL: url } })
    expect([code, verdicts(out)]).toEqual([1, ['FAIL address']])
    expect(out).toContain('answers 200 (text/html) from nginx, which is not Rampart')
  })

  test('sees a proxy, its clock, an older server and a stream that it does not let through', async () => {
    const url = await stand((request, response) => {
      const date = new Date(Date.now() - 600_000).toUTCString()
      const headers = { 'content-type': 'application/json', date, via: '1.1 edge' }
      if (request.url === '/version') response.writeHead(200, headers).end('{"name":"rampart","version":"0.0.9"}')
      else if (request.url?.endsWith('/stream')) response.writeHead(200, { 'content-type': 'text/html' }).end('ok')
      else response.writeHead(200, headers).end(JSON.stringify({ kind: 'token', name: 'old', scopes: ['admin@*'] }))
    })
    const { code, out } = await rampart('doctor', { env: { RAMPART_URL: url } })
    expect([code, verdicts(out)]).toEqual([
      1,
      ['ok address', 'ok transport', 'warn clock', 'warn version', 'ok token', 'ok rights', 'FAIL stream'],
    ])
    expect(out).toContain('plain HTTP, to this machine only, through 1.1 edge')
    expect(out).toMatch(/this clock is (10m|9m 59s) ahead of the server’s/)
    expect(out).toContain('server 0.0.9, this command 0.1.0: they may not understand each other')
    expect(out).toContain('the answer is 200 (text/html), and no event stream')
  })

  test('follows no redirection in silence', async () => {
    const url = await stand((request, response) => {
      response.writeHead(307, { location: server.url + request.url }).end()
    })
    const { out } = await rampart('doctor', { env: { RAMPART_URL: url } })
    expect(out).toContain(`warn  address    ${url} sends to ${server.url}\n`)
  })

  test('misses the date that a proxy takes away', async () => {
    const url = await stand((request, response) => {
      response.sendDate = false
      const type = { 'content-type': 'application/json' }
      if (request.url === '/version') response.writeHead(200, type).end('{"name":"rampart","version":"0.1.0"}')
      else response.writeHead(404, type).end('{"code":"not_found","detail":"Gone."}')
    })
    const { out } = await rampart('doctor', { env: { RAMPART_URL: url } })
    expect(out).toContain('warn  clock      the answer has no date')
  })
})

describe('a stream', () => {
  const patient = { bearer: 'key', patienceMs: 300 }

  test('is heard from its first whole event on, however it is cut', async () => {
    const url = await stand((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': hello\n\nid: 4\nevent: put\nda')
      setTimeout(() => response.write('ta: {"a":\ndata: 1}\n'), 20)
      setTimeout(() => response.write('\n'), 40)
    })
    expect(await listen(testWorld(), { url, ...patient, patienceMs: 5_000 })).toMatchObject({
      kind: 'event',
      event: 'put',
      data: '{"a":\n1}',
    })
  })

  test('that holds back its end is silence, with what came of it', async () => {
    const url = await stand((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('event: put\ndata: {}')
    })
    expect(await listen(testWorld(), { url, ...patient })).toMatchObject({ kind: 'silence', bytes: 19 })
  })

  test('that never begins is silence too', async () => {
    const url = await stand(() => undefined)
    expect(await listen(testWorld(), { url, ...patient })).toMatchObject({ kind: 'silence', headersMs: 300, bytes: 0 })
  })

  test('that ends at once is silence, and a connection that breaks is told', async () => {
    const ended = await stand(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
    )
    expect(await listen(testWorld(), { url: ended, ...patient })).toMatchObject({ kind: 'silence', bytes: 0 })
    const broken = await stand((request) => request.socket.destroy())
    expect(await listen(testWorld(), { url: broken, ...patient })).toEqual({
      kind: 'nothing',
      words: 'the connection broke',
    })
  })
})
