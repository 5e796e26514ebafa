import { expect, test } from 'vitest'
import { withoutSecrets } from './http/without-secrets.ts'
import { newSecret } from './keys/secrets.ts'
import { createLog } from './log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown> {
  const lines: string[] = []
  write(createLog('info', { write: (line) => lines.push(line) }))
  return JSON.parse(lines.join('')) as Record<string, unknown>
}

test.each(['person', 'machine', 'server-sdk', 'client-sdk', 'kill-url'] as const)(
  'a secret of kind %s is cut',
  (kind) => {
    const secret = newSecret(kind)
    const start = secret.slice(0, secret.indexOf('_', 4) + 1)
    expect(withoutSecrets(`/k/${secret}?x`)).toBe(`/k/${start}…?x`)
    expect(withoutSecrets(secret.replaceAll('_', '%5F').toUpperCase())).toBe(`${start}…`)
  },
)

test('what may be shown of a secret stays as it is', () => {
  expect(withoutSecrets('rmp_svc_…c04d, rmp_srv_…, a key like rmp_svc_')).toBe(
    'rmp_svc_…c04d, rmp_srv_…, a key like rmp_svc_',
  )
})

test('a line is JSON, and a secret in any of its members is cut', () => {
  const secret = newSecret('machine')
  const line = logged((log) => log.info({ path: `/x/${secret}`, [secret]: 1 }, `asked with ${secret}`))
  expect(line).toMatchObject({ level: 30, path: '/x/rmp_svc_…', 'rmp_svc_…': 1, msg: 'asked with rmp_svc_…' })
})

test('an error is told with its causes, and without the values of a query', () => {
  const cause = Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' })
  const error = Object.assign(
    new Error('Failed query: insert into t values (?)\nparams: hash,salt\nof two lines', { cause }),
    {
      params: ['hash', 'salt'],
    },
  )
  const line = logged((log) => log.error({ err: error }, 'failed'))
  expect(JSON.stringify(line)).not.toMatch(/hash|salt|two lines/)
  expect(line).toMatchObject({
    err: {
      type: 'Error',
      message: 'Failed query: insert into t values (?)\nparams: …',
      stack: expect.stringContaining('log.test.ts'),
      cause: { message: 'disk is full', code: 'SQLITE_FULL' },
    },
  })
})

test('what was thrown and is no error is told', () => {
  expect(logged((log) => log.error({ err: 'gone' }))).toMatchObject({ err: { type: 'string', message: 'gone' } })
})
