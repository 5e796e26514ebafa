import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addressPolicy } from './addresses.ts'
import { type Exchange, exchange } from './exchange.ts'
import { CERTIFICATE, CERTIFICATE_KEY } from './testing/certificate.ts'

const open = addressPolicy('all')

/** A server on loopback; answers its address. */
async function serve(listener: RequestListener, tls = false): Promise<string> {
  const server = tls
    ? createSecureServer({ key: CERTIFICATE_KEY, cert: CERTIFICATE }, listener)
    : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `${tls ? 'https' : 'http'}://127.0.0.1:${port}`
}

function ask(url: string, over: Partial<Exchange> = {}): Exchange {
  return {
    url: new URL(url),
    authorization: null,
    ca: null,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    ...over,
  }
}

const saysAll: RequestListener = (request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text
  })
  request.on('end', () => {
    const { method, url, headers } = request
    response.end(
      JSON.stringify({ method, url, body, authorization: headers.authorization, type: headers['content-type'] }),
    )
  })
}

describe('an exchange', () => {
  test('sends what it is given, and brings back what was answered', async () => {
    const url = await serve(saysAll)
    const got = await exchange(ask(`${url}/a?b=c`, { authorization: 'Bearer x' }), open)
    expect(got).toEqual({
      ok: true,
      status: 200,
      text: JSON.stringify({ method: 'GET', url: '/a?b=c', body: '', authorization: 'Bearer x' }),
    })
    const posted = await exchange(ask(url, { form: { query: 'a{b="c d"}' } }), open)
    expect(posted.ok && JSON.parse(posted.text)).toEqual({
      method: 'POST',
      url: '/',
      body: 'query=a%7Bb%3D%22c+d%22%7D',
      type: 'application/x-www-form-urlencoded',
    })
  })

  test('does not wait for ever for somebody who accepts and never answers', async () => {
    const url = await serve(() => {})
    expect(await exchange(ask(url, { timeoutMs: 50 }), open)).toEqual({
      ok: false,
      failure: 'timed_out',
      words: `${new URL(url).host} did not answer within 0.05 s`,
    })
  })

  test('nor for somebody who begins an answer and never ends it', async () => {
    const url = await serve((_, response) => void response.write('{'))
    expect(await exchange(ask(url, { timeoutMs: 50 }), open)).toMatchObject({ failure: 'timed_out' })
  })

  test('says that nobody is there', async () => {
    const url = await serve(saysAll)
    const gone = new URL(url)
    gone.port = '1'
    expect(await exchange(ask(gone.href), open)).toEqual({
      ok: false,
      failure: 'unreachable',
      words: '127.0.0.1:1 cannot be reached (connect ECONNREFUSED 127.0.0.1:1)',
    })
  })

  test('says that a connection broke off', async () => {
    const url = await serve((request) => void request.socket.destroy())
    expect(await exchange(ask(url), open)).toMatchObject({ failure: 'unreachable' })
  })

  test('does not follow a redirect, which could lead anywhere', async () => {
    const url = await serve(
      (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    )
    expect(await exchange(ask(url), open)).toMatchObject({ failure: 'refused' })
  })

  test('does not take more than it can hold', async () => {
    const url = await serve((_, response) => {
      for (let n = 0; n < 9; n += 1) response.write(Buffer.alloc(1 << 20, 32))
      response.end()
    })
    const answered = await exchange(ask(url), open)
    expect(answered).toMatchObject({ failure: 'unreadable', words: expect.stringContaining('more than 8 MiB') })
  })

  test('ends when it is broken off', async () => {
    const url = await serve(() => {})
    const controller = new AbortController()
    const answer = exchange(ask(url, { signal: controller.signal }), open)
    controller.abort()
    expect(await answer).toMatchObject({ ok: false, failure: 'unreachable' })
  })
})

describe('a private address', () => {
  const closed = addressPolicy([])

  test.each(['127.0.0.1', '[::1]', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f000001', '127.1'])(
    '%s is not asked unless it was opened, however it is written',
    async (host) => {
      let asked = 0
      const url = await serve((_, response) => {
        asked += 1
        response.end()
      })
      const answer = await exchange(ask(`http://${host}:${new URL(url).port}/`), closed)
      expect(answer).toMatchObject({ ok: false, failure: 'refused' })
      expect(answer.ok ? '' : answer.words).toContain('is a private address')
      expect(asked).toBe(0)
    },
  )

  test('is asked when it was opened', async () => {
    const url = await serve((_, response) => void response.end('figures'))
    const loopback = addressPolicy(['127.0.0.0/8', '::1/128'])
    expect(await exchange(ask(url), loopback)).toMatchObject({ ok: true, text: 'figures' })
    expect(await exchange(ask(url.replace('127.0.0.1', 'localhost')), loopback)).toMatchObject({ ok: true })
  })
})

describe('a certificate that nobody trusts', () => {
  test('is refused', async () => {
    const url = await serve((_, response) => void response.end('figures'), true)
    expect(await exchange(ask(url), open)).toMatchObject({ ok: false, failure: 'unreachable' })
  })

  test('is trusted by a source that names it', async () => {
    const url = await serve((_, response) => void response.end('figures'), true)
    expect(await exchange(ask(url, { ca: CERTIFICATE }), open)).toMatchObject({ ok: true, text: 'figures' })
  })
})
