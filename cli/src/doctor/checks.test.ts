import { describe, expect, test } from 'vitest'
import { proxyFor } from '../proxy.ts'
import { checkAddress, checkClock, checkTransport, checkVersion } from './connection.ts'
import { checkRights, checkToken } from './rights.ts'
import { checkStream } from './stream.ts'

const NOW = Date.parse('2026-03-02T12:00:00.500Z')

function answered(
  over: { readonly headers?: Record<string, string>; readonly version?: string; readonly ms?: number } = {},
) {
  const { headers = {}, version = '0.1.0', ms = 20 } = over
  return {
    kind: 'answer',
    status: 200,
    type: 'application/json',
    headers: new Headers(headers),
    body: JSON.stringify({ name: 'rampart', version }),
    url: 'https://flags.example/version',
    redirected: false,
    at: NOW,
    firstMs: ms,
    nextMs: ms,
  } as const
}

const NONE = { kind: 'none' } as const

describe('the address', () => {
  test.each([
    ['ECONNREFUSED', /^Start the server/],
    ['ENOTFOUND', /^Mend the name/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['TIMEOUT', /firewall/],
    ['', /^Look whether the server runs/],
  ])('that fails with %j has its own remedy', (code, todo) => {
    const check = checkAddress('https://flags.example', { kind: 'nothing', words: 'w', code }, NONE)
    expect(check).toMatchObject({
      verdict: 'fail',
      words: 'https://flags.example: w',
      todo: expect.stringMatching(todo),
    })
  })

  test('behind a proxy that Node.js was not told to use says how to tell it', () => {
    const proxying = proxyFor(new URL('https://flags.example'), { HTTPS_PROXY: 'http://proxy:3128' })
    expect(
      checkAddress('https://flags.example', { kind: 'nothing', words: 'w', code: 'TIMEOUT' }, proxying).todo,
    ).toMatch(/^HTTPS_PROXY is set, but Node\.js only uses it with NODE_USE_ENV_PROXY=1/)
  })

  test('that is slow works, with a warning', () => {
    expect(checkAddress('https://flags.example', answered({ ms: 1_500 }), NONE)).toMatchObject({
      verdict: 'warn',
      measured: { latencyMs: 1500, connectMs: 1500 },
    })
  })
})

describe('the transport', () => {
  test.each([
    ['https://flags.example', 'ok'],
    ['http://localhost:4280', 'ok'],
    ['http://127.0.0.1:4280', 'ok'],
    ['http://[::1]:4280', 'ok'],
    ['http://flags.example', 'warn'],
    ['http://10.0.0.7', 'warn'],
    ['http://127.0.0.1.example', 'warn'],
  ])('to %s is %s', (url, verdict) => {
    expect(checkTransport(new URL(url), answered(), NONE).verdict).toBe(verdict)
  })

  test('names the proxy without its password', () => {
    const used = { kind: 'used', proxy: 'http://ana:secret@proxy:3128', from: 'HTTPS_PROXY' } as const
    expect(checkTransport(new URL('https://flags.example'), answered(), used).words).toBe(
      'encrypted, the certificate is trusted, by way of the proxy http://…@proxy:3128',
    )
  })
})

test.each([
  ['Mon, 02 Mar 2026 12:00:00 GMT', 'ok', 'this clock and the server’s agree', 0],
  ['Mon, 02 Mar 2026 12:00:10 GMT', 'ok', 'this clock is 10s behind the server’s', -10_000],
  ['Mon, 02 Mar 2026 11:58:00 GMT', 'warn', 'this clock is 2m ahead of the server’s', 120_000],
])('a server whose date is %s is %s', (date, verdict, words, skewMs) => {
  expect(checkClock(answered({ headers: { date } }))).toMatchObject({ verdict, words, measured: { skewMs } })
})

test.each([
  ['0.1.7', '0.1.0', undefined],
  ['1.9.0', '1.2.3', undefined],
  ['0.2.0', '0.1.9', 'Update this command: npm install -g @rampart/cli@0.2.0.'],
  ['0.9.0', '0.10.0', 'Update the server, or use the version of this command that it has.'],
  ['2.0.0', '1.9.0', 'Update this command: npm install -g @rampart/cli@2.0.0.'],
])('a server %s and a command %s: %s', (version, own, todo) => {
  expect(checkVersion(answered({ version }), own).todo).toBe(todo)
})

describe('a token', () => {
  const asker = { kind: 'token', id: 't_1', name: 'ci', scopes: ['read@demo'] } as const
  const given = (expiresAt: string | null | undefined) =>
    checkToken({ ...asker, scopes: ['read@demo'], ...(expiresAt === undefined ? {} : { expiresAt }) }, NOW)

  test('is well while its end is far', () => {
    expect(given(null).words).toBe('ci (a token): read@demo; never expires')
    expect(given(undefined).words).toBe('ci (a token): read@demo; this server does not tell its end')
    expect(given('2026-04-02T12:00:00.500Z')).toMatchObject({ verdict: 'ok' })
    expect(given('2026-03-05T12:00:00.500Z')).toMatchObject({
      verdict: 'warn',
      words: 'ci (a token): read@demo; expires in 3d, on 2026-03-05 12:00 UTC',
    })
  })

  test('for single environments wants one named', () => {
    const at = (environment: string | undefined) =>
      checkRights(['kill@demo/production'], { project: 'demo', environment })
    expect(at(undefined)).toMatchObject({ verdict: 'warn', todo: 'Name one with -e.' })
    expect(at('production')).toMatchObject({ verdict: 'ok', measured: { may: 'read kill' } })
    expect(at('staging')).toMatchObject({ verdict: 'fail', todo: 'Use one with a scope such as ramp@demo/staging.' })
  })
})

describe('a stream', () => {
  const event = { kind: 'event', event: 'put', data: '{}', headersMs: 10, eventMs: 30 } as const

  test.each([
    [event, 'ok', 'put as an application after 30ms, nothing holds it back'],
    [{ ...event, eventMs: 3_010 }, 'warn', 'put as an application after 3.0s, which is late'],
    [{ ...event, event: 'close', data: '{"reason":"drain"}' }, 'warn', 'the server closed it: {"reason":"drain"}'],
    [
      { kind: 'silence', headersMs: 10, waitedMs: 20_000, bytes: 0 },
      'fail',
      'opened as an application after 10ms, and no whole event came in 20.0s',
    ],
    [{ kind: 'nothing', words: 'the connection broke' }, 'fail', 'the connection broke'],
    [
      { kind: 'refused', status: 401, type: 'application/problem+json', body: '{"detail":"Unknown key."}' },
      'fail',
      'Unknown key.',
    ],
  ] as const)('%j is %s', (heard, verdict, words) => {
    expect(checkStream(heard, 'application')).toMatchObject({ verdict, words })
  })

  test('with a snapshot says of what', () => {
    const data = JSON.stringify({ project: 'demo', environment: 'production', revision: 41, flags: [{}] })
    expect(checkStream({ ...event, data }, 'application').words).toMatch(/: demo\/production, revision 41, 1 flag$/)
  })
})

describe('a proxy', () => {
  const url = new URL('https://flags.example.com:8443/x')
  const env = { HTTPS_PROXY: 'http://proxy:3128' }

  test('is only used when Node.js was told to', () => {
    expect(proxyFor(url, {})).toEqual({ kind: 'none' })
    expect(proxyFor(url, { HTTP_PROXY: 'http://proxy:3128' })).toEqual({ kind: 'none' })
    expect(proxyFor(url, env)).toMatchObject({ kind: 'ignored', from: 'HTTPS_PROXY' })
    expect(proxyFor(url, { ...env, NODE_USE_ENV_PROXY: '1' }).kind).toBe('used')
    expect(proxyFor(url, { ...env, NODE_OPTIONS: '--use-env-proxy' }).kind).toBe('used')
  })

  test.each([
    ['*', true],
    ['flags.example.com', true],
    ['flags.example.com:8443', true],
    ['other, .example.com', true],
    ['*.example.com', true],
    ['example.com', false],
    ['.ample.com', false],
    ['', false],
  ])('is not asked when NO_PROXY is %j: %j', (list, exempt) => {
    expect(proxyFor(url, { ...env, NO_PROXY: list }).kind === 'exempt').toBe(exempt)
  })
})
