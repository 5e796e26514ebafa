import { createHash } from 'node:crypto'
import { routes } from '@rampart/contract/admin'
import { problemGuide, problems } from '@rampart/contract/errors'
import { openApiDocument } from '@rampart/contract/openapi'
import { describe, expect, test } from 'vitest'
import { testServer } from '../test-server.ts'
import { apiPage } from './api-page.ts'
import { html, prose } from './html.ts'
import { saySchema } from './say-schema.ts'

/** As anybody asks, without a credential. */
async function read(path: string, headers: Readonly<Record<string, string>> = {}) {
  const { call } = await testServer()
  const { status, headers: answered, body } = await call('GET', path, { token: '', headers })
  return { status, body, type: answered.get('content-type'), policy: answered.get('content-security-policy') ?? '' }
}

describe('the description of the API', () => {
  test('is told to anyone, with the version of the server', async () => {
    const { call } = await testServer()
    const { version } = (await call('GET', '/version')).body as { version: string }
    const { body, headers } = await call('GET', '/api/v1/openapi.json', { token: '' })
    expect(body).toEqual(openApiDocument({ version }))
    expect(headers.get('content-type')).toBe('application/json')
  })
})

test('everything that is served is described, but for pages', async () => {
  const { app } = await testServer()
  const PAGES = ['GET /', 'GET /docs', 'GET /docs/api', 'GET /docs/problems']
  const described = new Set(
    Object.entries(openApiDocument({ version: '1.2.3' }).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  )
  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z]+)/gi, '{$1}')}`)
  expect(served.length).toBeGreaterThan(60)
  expect(served.filter((address) => !described.has(address) && !PAGES.includes(address))).toEqual([])
  expect([...described].filter((address) => !served.includes(address))).toEqual([])
})

describe('the reference page', () => {
  const page = apiPage(openApiDocument({ version: '1.2.3' }))

  test('has every operation, problem and shape, once, and each link leads somewhere on it', () => {
    for (const name of Object.keys(routes)) expect(page).toContain(`id="${name}"`)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(targets.length).toBeGreaterThan(100)
    expect(targets.filter((id) => !ids.includes(id))).toEqual([])
  })

  test('loads nothing from anywhere, and runs nothing', async () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe)|\son[a-z]+=|@import|url\(/)
    const { policy, type, status } = await read('/docs/api')
    expect([status, type]).toEqual([200, 'text/html; charset=UTF-8'])
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
  })

  test('is where /docs leads', async () => {
    const { app } = await testServer()
    const response = await app.request('http://rampart.test/docs')
    expect([response.status, response.headers.get('location')]).toEqual([302, '/docs/api'])
  })
})

describe('the pages of problems', () => {
  test('say of every one what it means and what to do', async () => {
    const { call } = await testServer()
    for (const [code, guide] of Object.entries(problemGuide)) {
      const { status, body, headers } = await call('GET', `/problems/${code}`, { headers: { accept: 'text/html' } })
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
      for (const text of [guide.means, guide.remedy]) {
        expect(text).toMatch(/^.{30,}\.$/)
        expect(body).toContain(prose(text).markup)
      }
    }
    expect(Object.keys(problemGuide)).toEqual(Object.keys(problems))
  })

  test('are JSON for those who ask for it', async () => {
    const { body } = await read('/problems/cycle', { accept: 'application/json' })
    expect(body).toEqual({ code: 'cycle', ...problems.cycle, ...problemGuide.cycle })
  })

  test('are listed', async () => {
    const { body } = await read('/docs/problems')
    for (const code of Object.keys(problems)) expect(body).toContain(`href="/problems/${code}"`)
  })

  test('are not there for what is no problem', async () => {
    const { call } = await testServer()
    for (const code of ['__proto__', 'constructor', 'toString', 'nothing', '<script>']) {
      const { status, body } = await call('GET', `/problems/${encodeURIComponent(code)}`)
      expect([code, status, body]).toMatchObject([code, 404, { code: 'not_found' }])
    }
  })
})

describe('markup', () => {
  test('keeps what it is given from being markup', () => {
    const mean = '<b onclick="x">&\'</b>'
    expect(html`<p title="${mean}">${[html`${mean}`, html`<i>${1}</i>`]}</p>`.markup).toBe(
      '<p title="&#60;b onclick=&#34;x&#34;&#62;&#38;&#39;&#60;/b&#62;">&#60;b onclick=&#34;x&#34;&#62;&#38;&#39;&#60;/b&#62;\n<i>1</i></p>',
    )
    expect(prose('`a<b` or c').markup).toBe('<code>a&#60;b</code> or c')
  })

  test('says a schema as people read types', () => {
    const schema = {
      type: 'object',
      properties: {
        key: { type: 'string', pattern: '^a' },
        at: { type: 'string', format: 'date-time' },
        percent: { type: 'number', minimum: 0, maximum: 100 },
        n: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        next: { type: ['string', 'null'] },
        rules: { type: 'array', items: { $ref: '#/components/schemas/Rule' } },
        pair: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] },
        weights: { type: 'object', additionalProperties: { type: 'integer' } },
        kind: { anyOf: [{ const: 'a' }, { enum: ['b', 'c'] }] },
        any: {},
      },
      required: ['key'],
    }
    expect(saySchema(schema).markup.replaceAll(/&#34;/g, '"')).toBe(`{
  key: text
  at?: time
  percent?: number, 0 to 100
  n?: whole number from 1
  next?: text | null
  rules?: list of <a href="#schema-Rule">Rule</a>
  pair?: [number, text]
  weights?: object of whole number
  kind?: "a" | "b" | "c"
  any?: any JSON
}`)
  })
})
