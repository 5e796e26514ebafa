import { sayDuration } from '@rampart/contract/admin'
import { maskAddress } from '../mask.ts'
import { saySeconds } from '../output/figures.ts'
import { plain } from '../output/plain.ts'
import type { Proxying } from '../proxy.ts'
import { type Check, fail, ok, warn } from './check.ts'
import type { Reached } from './reach.ts'

/** Whether something answers at the address, and whether that is Rampart. */
export function checkAddress(url: string, reached: Reached, proxying: Proxying): Check {
  if (reached.kind === 'nothing')
    return fail('address', `${url}: ${reached.words}`, unreachable(reached.code, proxying))
  const { status, type, headers, firstMs, nextMs } = reached
  const who = headers.get('server') ?? headers.get('via')
  const by = who === null ? '' : ` from ${plain(who)}`
  if (status !== 200 || versionIn(reached.body) === undefined)
    return fail(
      'address',
      `${url} answers ${status}${type === '' ? '' : ` (${plain(type)})`}${by}, which is not Rampart`,
      status === 502 || status === 503 || status === 504
        ? 'A proxy is there and the server behind it is not: start it, or mend where the proxy looks for it.'
        : 'Mend --url: it is the address without a path, such as https://flags.example.com.',
      { status },
    )
  const measured = { latencyMs: Math.round(nextMs), connectMs: Math.round(firstMs) }
  if (reached.redirected) {
    const { origin } = new URL(reached.url)
    return warn('address', `${url} sends to ${origin}`, `Use that address: commands are not sent on.`, measured)
  }
  const words = `${url} answers in ${saySeconds(nextMs)} (${saySeconds(firstMs)} with a new connection)`
  if (nextMs < SLOW_MS) return ok('address', words, measured)
  return warn('address', words, 'The way is slow: every command and every change of a flag takes as long.', measured)
}

const SLOW_MS = 1_000

function unreachable(code: string, proxying: Proxying): string {
  if (/CERT|SELF_SIGNED|SSL|TLS|ISSUER|LEAF/.test(code))
    return 'Name the file of its certification authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem.'
  if (proxying.kind === 'ignored')
    return `${proxying.from} is set, but Node.js only uses it with NODE_USE_ENV_PROXY=1 (Node.js 22.21 or 24 and newer).`
  switch (code) {
    case 'ECONNREFUSED':
      return 'Start the server, or mend the port in --url.'
    case 'ENOTFOUND':
      return 'Mend the name in --url, or ask whether this network knows it.'
    case 'TIMEOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'A firewall may be in the way; this network may need a proxy (HTTPS_PROXY with NODE_USE_ENV_PROXY=1).'
    default:
      return 'Look whether the server runs, and whether this network may reach it.'
  }
}

/** Whether others can read along, and what stands between. */
export function checkTransport(url: URL, reached: Extract<Reached, { kind: 'answer' }>, proxying: Proxying): Check {
  const between = [
    ...(proxying.kind === 'used' ? [`by way of the proxy ${maskAddress(proxying.proxy)}`] : []),
    ...(reached.headers.get('via') === null ? [] : [`through ${plain(reached.headers.get('via') ?? '')}`]),
  ]
  const tail = between.length === 0 ? '' : `, ${between.join(', ')}`
  if (url.protocol === 'https:') return ok('transport', `encrypted, the certificate is trusted${tail}`)
  if (isHere(url.hostname)) return ok('transport', `plain HTTP, to this machine only${tail}`)
  return warn(
    'transport',
    `plain HTTP${tail}: others on the way can read the token`,
    'Put TLS before the server and use an address that begins with https://.',
  )
}

function isHere(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)
}

/** The Date header counts whole seconds, and travels as long as the answer. */
const COARSE_MS = 2_000
const SKEWED_MS = 30_000

/** How far the clocks are apart. The server's decides everything; this one's is in logs, and in what pipelines record. */
export function checkClock(reached: Extract<Reached, { kind: 'answer' }>): Check {
  const date = Date.parse(reached.headers.get('date') ?? '')
  if (Number.isNaN(date))
    return warn('clock', 'the answer has no date', 'A proxy takes the Date header away; it should let it pass.')
  // half a second is the middle of the second that the header names
  const skewMs = Math.round(reached.at - (date + 500))
  const measured = { skewMs }
  if (Math.abs(skewMs) < COARSE_MS) return ok('clock', 'this clock and the server’s agree', measured)
  const words = `this clock is ${sayDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} the server’s`
  if (Math.abs(skewMs) < SKEWED_MS) return ok('clock', words, measured)
  return warn(
    'clock',
    words,
    'Let both keep time by NTP. Ramps are not moved by it: the server’s clock decides.',
    measured,
  )
}

/** Whether this command and the server were made for each other. */
export function checkVersion(reached: Extract<Reached, { kind: 'answer' }>, own: string): Check {
  const server = versionIn(reached.body) ?? ''
  const measured = { server, command: own }
  const words = `server ${plain(server)}, this command ${own}`
  const [theirs, ours] = [lineOf(server), lineOf(own)]
  if (theirs === ours) return ok('version', words, measured)
  return warn(
    'version',
    `${words}: they may not understand each other`,
    isNewer(server, own)
      ? `Update this command: npm install -g @rampart/cli@${server}.`
      : 'Update the server, or use the version of this command that it has.',
    measured,
  )
}

/** The part of a version that promises compatibility (semver.org 4 and 8): the major one, and before 1.0 the minor one. */
function lineOf(version: string): string {
  const [major = '', minor = ''] = version.split('.')
  return major === '0' ? `0.${minor}` : major
}

function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0
}

/** The version in the answer of a Rampart server. */
export function versionIn(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer !== 'object' || answer === null || !('name' in answer) || !('version' in answer)) return undefined
    return answer.name === 'rampart' && typeof answer.version === 'string' ? answer.version : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
