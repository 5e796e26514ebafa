import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, ENVIRONMENT, FLAG, inEnvironment, inProject, ofFlag, PROJECT, startDemo } from '../support/demo.ts'
import { until } from '../support/processes.ts'

/*
 * Traffic with secrets in every place that a caller can put one, against the real process, and a look at all that it wrote.
 */

let demo: Demo
let written = ''
/** By what it is, for a readable failure. */
const secrets = new Map<string, string>()

const CONFIG = `/api/v1/projects/${PROJECT}/environments/${ENVIRONMENT}/flags/${FLAG}`

beforeAll(async () => {
  demo = await startDemo({ env: { RAMPART_LOG: 'trace' }, hear: (text) => (written += text) })
  const { api } = demo
  secrets.set('the administrator’s token', demo.adminToken)
  secrets.set('a server key', demo.serverKey)
  secrets.set('a link to sign in', lastPart(demo.signInUrl))
  const client = await api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'page' } })
  secrets.set('a client key', client.body.secret)
  const token = await api.createToken({ body: { kind: 'machine', name: 'pipeline', scopes: ['ramp@demo'] } })
  secrets.set('a machine’s token', token.body.secret)
  const kill = await api.createToken({ body: { kind: 'kill-url', name: 'pager', scopes: ['kill@demo/production'] } })
  secrets.set('the secret of a kill URL', kill.body.secret)
  const person = await api.createPerson({ body: { name: 'Bo', scopes: ['read@demo'] } })
  secrets.set('a person’s link', lastPart(person.body.signInUrl))
  secrets.set('a token that is cut', token.body.secret.slice(0, -3))
  secrets.set('the address of a webhook', 'a1b2c3d4e5f6-webhook-secret')
  secrets.set('the password of a metric source', 'p4ssw0rd-of-a-source')
  const source = { params: { project: PROJECT, source: 'main' } }
  const auth = { kind: 'basic', user: 'rampart', password: 'p4ssw0rd-of-a-source' } as const
  await api.putMetricSource({ ...source, body: { kind: 'prometheus', url: 'http://127.0.0.1:9', auth } })
  await api.testMetricSource({ ...source, body: {} })
  await api.createWebhook({ ...inProject, body: { url: 'http://127.0.0.1:9/a1b2c3d4e5f6-webhook-secret' } })
})

afterAll(() => demo.close())

function lastPart(url: string): string {
  return new URL(url).searchParams.get('token') ?? ''
}

/** Where a secret can be in a request that was made by mistake, or on purpose. */
function requestsWith(secret: string): readonly (readonly [path: string, init: RequestInit])[] {
  const json = { 'content-type': 'application/json' }
  const asAdmin = { authorization: `Bearer ${demo.adminToken}` }
  const encoded = encodeURIComponent(secret)
  return [
    ['/api/v1/session', { headers: { authorization: `Bearer ${secret}` } }],
    ['/api/v1/session', { headers: { authorization: secret } }],
    ['/sdk/v1/snapshot', { headers: { authorization: `Bearer ${secret}` } }],
    ['/api/v1/session', { headers: { cookie: `rampart_session=${secret}` } }],
    [`/k/${encoded}`, { method: 'GET' }],
    [`/k/${encoded}/`, { method: 'POST' }],
    [`/K/${encoded}`, { method: 'POST' }],
    [`/k/${encoded}/more`, { method: 'PUT' }],
    [`/sign-in?token=${encoded}`, {}],
    [`/sdk/v1/stream?key=${encoded}&instance=${encoded}`, {}],
    [`/sdk/v1/events?key=${encoded}`, { method: 'POST', body: '{}', headers: json }],
    [`/${encoded}`, {}],
    [`/assets/${encoded}.js`, {}],
    [`/api/v1/tokens?token=${encoded}`, { headers: asAdmin }],
    [CONFIG, { headers: { ...asAdmin, 'if-match': secret, 'if-none-match': secret, 'last-event-id': secret } }],
    [
      `${CONFIG}/switch`,
      { method: 'POST', body: JSON.stringify({ [secret]: secret }), headers: { ...asAdmin, ...json } },
    ],
    [`${CONFIG}/switch`, { method: 'POST', body: `{"on": ${secret}`, headers: { ...asAdmin, ...json } }],
    [`${CONFIG}/switch`, { method: 'POST', body: secret, headers: { ...asAdmin, 'content-type': secret } }],
    ['/api/v1/session', { method: 'POST', body: JSON.stringify({ token: `${secret}x` }), headers: json }],
    [
      '/healthz',
      {
        headers: {
          // a caller's own id is logged, unless it is a key of ours
          ...(secret.startsWith('rmp_') ? { 'x-request-id': secret } : {}),
          'x-rampart-comment': secret,
          'x-rampart-via': secret,
          'user-agent': secret,
          referer: `http://x/${secret}`,
          traceparent: secret,
          origin: secret,
        },
      },
    ],
  ]
}

/** Some are no requests that a client would send; what counts is that each was answered. */
async function send(path: string, init: RequestInit): Promise<number> {
  const gone = new AbortController()
  const response = await fetch(new URL(path, demo.url), { ...init, signal: gone.signal })
  // a stream would not end by itself
  gone.abort()
  return response.status
}

test('no secret is in anything that the server writes, wherever it was put', async () => {
  for (const secret of secrets.values()) {
    for (const [path, init] of requestsWith(secret)) expect(await send(path, init)).toBeLessThan(500)
  }

  const signedIn = await fetch(new URL('/api/v1/session', demo.url), {
    method: 'POST',
    body: JSON.stringify({ token: lastPart(demo.signInUrl) }),
    headers: { 'content-type': 'application/json' },
  })
  expect(signedIn.status).toBe(200)
  const session = /rampart_session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? ''
  secrets.set('a session', session)
  const asPerson = await fetch(new URL('/api/v1/session', demo.url), {
    headers: { cookie: `rampart_session=${session}` },
  })
  expect(asPerson.status).toBe(200)

  const snapshot = await fetch(new URL('/sdk/v1/snapshot', demo.url), {
    headers: { authorization: `Bearer ${demo.serverKey}` },
  })
  secrets.set('the salt of an environment', ((await snapshot.json()) as { salt: string }).salt)

  // a webhook that cannot be reached is told in the API, and its address nowhere else
  await demo.api.startRamp({
    ...ofFlag,
    body: { steps: '1%:10m,100%', guards: ['checkout_error'], allowNewMetric: true, run: 'logs' },
  })
  await until(async () => {
    const { items } = (await demo.api.listWebhooks(inProject)).body
    return items.some(({ lastDelivery }) => lastDelivery?.ok === false) ? true : undefined
  })
  await demo.kill()

  const lines = written.split('\n').filter((line) => line !== '')
  expect(lines.length).toBeGreaterThan(150)
  const found = [...secrets].filter(([, secret]) => secret.length < 10 || contains(written, secret))
  expect(found.map(([what]) => what)).toEqual([])
})

/** As it is, in an address, or in base 64. */
function contains(text: string, secret: string): boolean {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2)
  return [secret, encodeURIComponent(secret), base64].some((form) => text.toLowerCase().includes(form.toLowerCase()))
}

test('each line is JSON with a level, a time and words, and an answer says how it went', () => {
  const lines = written
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
  for (const line of lines) {
    expect(line).toMatchObject({ level: expect.any(Number), time: expect.any(Number), msg: expect.any(String) })
  }
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'answered',
      request: expect.stringMatching(/^req_/),
      method: 'POST',
      path: `${CONFIG}/switch`,
      status: 422,
      ms: expect.any(Number),
    }),
  )
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'answered', path: '/k/…', status: 404 }))
})
