import { lookup as resolve } from 'node:dns'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import type { AddressPolicy } from './addresses.ts'
import type { Failure } from './reading.ts'

/** One question over HTTP. */
export interface Exchange {
  readonly url: URL
  /** Sent as a form by POST; absent is a GET. */
  readonly form?: Readonly<Record<string, string>>
  readonly authorization: string | null
  /** A certificate that is trusted beside the usual ones, as PEM. */
  readonly ca: string | null
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export type Exchanged =
  | { readonly ok: true; readonly status: number; readonly text: string }
  | { readonly ok: false; readonly failure: Failure; readonly words: string }

/** More than the figures of a thousand processes need. */
const MOST_BYTES = 8 << 20

/**
 * Asks an address that a user of the server has chosen. The address that is connected to is the one that is checked, so that a name
 * cannot lead to one place when it is looked at and to another when it is used; a redirect is not followed.
 */
export async function exchange(asked: Exchange, policy: AddressPolicy): Promise<Exchanged> {
  const { url, timeoutMs, signal } = asked
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // a literal address is never looked up
    if (isIP(host) !== 0 && !policy.permits(host)) throw new PrivateAddress(host)
    const response = await send(asked, policy, AbortSignal.any([deadline, signal]))
    const text = await textOf(response)
    const status = response.statusCode ?? 0
    if (status < 300 || status >= 400) return { ok: true, status, text }
    return failed('refused', `${url.host} answered ${status} and sends elsewhere, which is not followed`)
  } catch (error) {
    if (deadline.aborted) return failed('timed_out', `${url.host} did not answer within ${timeoutMs / 1000} s`)
    if (error instanceof PrivateAddress) return failed('refused', error.message)
    if (error instanceof TooLong) return failed('unreadable', `${url.host} ${error.message}`)
    return failed('unreachable', `${url.host} cannot be reached (${reasonOf(error)})`)
  }
}

class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress'

  constructor(address: string) {
    super(
      `${address} is a private address, which this server is not configured to ask (RAMPART_ALLOW_PRIVATE_SOURCES opens it)`,
    )
  }
}

class TooLong extends Error {
  override readonly name = 'TooLong'

  constructor() {
    super(`answered with more than ${MOST_BYTES >> 20} MiB`)
  }
}

function send(asked: Exchange, policy: AddressPolicy, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, form, authorization, ca } = asked
  const body = form === undefined ? undefined : new URLSearchParams(form).toString()
  const options: RequestOptions & { ca?: string[] } = {
    method: body === undefined ? 'GET' : 'POST',
    // a connection that is kept could outlive the answer that said where its name leads
    agent: false,
    lookup: checked(policy),
    signal,
    headers: {
      accept: 'application/json',
      'user-agent': 'rampart',
      ...(authorization === null ? {} : { authorization }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    },
    ...(ca === null ? {} : { ca: [...rootCertificates, ca] }),
  }
  return new Promise((settle, reject) => {
    const request = (url.protocol === 'https:' ? secure : plain)(url, options, settle)
    request.on('error', reject)
    request.end(body)
  })
}

/** Looks a name up, and lets only those of its addresses through that may be asked. */
function checked(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const permitted = found.filter(({ address }) => policy.permits(address))
      const [first] = permitted
      if (first === undefined) return callback(new PrivateAddress(found[0]?.address ?? hostname), [])
      if (options.all === true) return callback(null, permitted)
      return callback(null, first.address, first.family)
    })
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > MOST_BYTES) {
      response.destroy()
      throw new TooLong()
    }
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function failed(failure: Failure, words: string): Exchanged {
  return { ok: false, failure, words }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for no reason that it gave'
  // several addresses were tried, each with an error of its own
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error.message
}
