import type { EventsBatch, Json } from '@rampart/contract/wire'
import type { Transport } from '@rampart/core'
import { nearest } from './nearest.ts'
import { overridesOf, parseOverrides } from './overrides.ts'
import type { ClientOptions } from './types.ts'

/** The options, checked and filled in. */
export interface Settings {
  /** Undefined: nobody is asked. */
  readonly server: { readonly url: URL; readonly key: string; readonly transport: Transport } | undefined
  /** Whether nobody is asked because the application wants it so. */
  readonly offlineOnPurpose: boolean
  readonly application: EventsBatch['app'] | undefined
  readonly bootstrap: unknown
  readonly cacheFile: string | undefined
  readonly overrides: ReadonlyMap<string, Json>
  /** Undefined: nothing is counted. */
  readonly metrics: { readonly flushMs: number | undefined } | undefined
  /** What was wrong with the options, in words. The client does without it. */
  readonly problems: readonly string[]
}

export type Environment = Readonly<Record<string, string | undefined>>

const LEAST_POLL_MS = 1_000
const LEAST_FLUSH_MS = 100

const KNOWN: readonly (keyof ClientOptions)[] = [
  'url',
  'key',
  'application',
  'transport',
  'bootstrap',
  'cacheFile',
  'overrides',
  'logger',
  'metrics',
  'hooks',
  'fetch',
  'signal',
]

/** Never throws: an option that cannot be used is a problem in words, and flags give their fallbacks rather than the application an error. */
export function resolveOptions(options: ClientOptions, env: Environment): Settings {
  const problems = Object.keys(options)
    .filter((name) => !KNOWN.some((known) => known === name))
    .map((name) => {
      const meant = nearest(name, KNOWN)
      return `there is no option "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
    })
  const offlineOnPurpose = options.transport === 'offline'
  const server = offlineOnPurpose ? undefined : serverOf(options, env, problems)
  return {
    server,
    offlineOnPurpose,
    application: applicationOf(options.application, problems),
    bootstrap: options.bootstrap,
    cacheFile: cacheFileOf(options.cacheFile, problems),
    overrides: allOverrides(options, env, problems),
    metrics: options.metrics === false ? undefined : { flushMs: flushMsOf(options.metrics?.flushInterval, problems) },
    problems,
  }
}

function serverOf(options: ClientOptions, env: Environment, problems: string[]): Settings['server'] {
  const address = options.url ?? env['RAMPART_URL']
  const key = options.key ?? env['RAMPART_SDK_KEY']
  const url = address === undefined ? undefined : urlOf(String(address), problems)
  if (address === undefined) problems.push('no server is asked: set the option "url" or RAMPART_URL')
  if (typeof key !== 'string' || key.trim() === '') {
    problems.push('no server is asked: set the option "key" or RAMPART_SDK_KEY')
    return undefined
  }
  if (/^rmp_(?!srv_|pub_)[a-z]+_/.test(key)) {
    problems.push('the key is no SDK key: those begin with rmp_srv_ or rmp_pub_. The server will refuse it')
  }
  // A line end that came along from a file would not be allowed in a header.
  return url && { url, key: key.trim(), transport: transportOf(options.transport, problems) }
}

function urlOf(text: string, problems: string[]): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  problems.push(`no server is asked: "${text}" is not an address like https://flags.example.com`)
  return undefined
}

function transportOf(given: ClientOptions['transport'], problems: string[]): Transport {
  if (given === undefined || given === 'stream') return { kind: 'stream' }
  if (typeof given === 'object' && given !== null && given.poll > 0) {
    if (given.poll < LEAST_POLL_MS) problems.push(`polls are at least ${LEAST_POLL_MS} ms apart`)
    return { kind: 'poll', pollMs: Math.max(given.poll, LEAST_POLL_MS) }
  }
  problems.push('the option "transport" is "stream", { poll: milliseconds } or "offline"; "stream" is used')
  return { kind: 'stream' }
}

function applicationOf(given: ClientOptions['application'], problems: string[]): Settings['application'] {
  if (given === undefined) return undefined
  const { name, version } = given
  if (typeof name !== 'string' || name === '' || (version !== undefined && typeof version !== 'string')) {
    problems.push('the option "application" is { name, version? }, both texts; it is left out')
    return undefined
  }
  const short = (text: string): string => text.slice(0, 128)
  return { name: short(name), ...(version !== undefined && version !== '' && { version: short(version) }) }
}

function cacheFileOf(given: ClientOptions['cacheFile'], problems: string[]): string | undefined {
  if (given === undefined || given === false) return undefined
  if (typeof given === 'string' && given !== '') return given
  problems.push('the option "cacheFile" is a path or false; nothing is cached')
  return undefined
}

function flushMsOf(given: number | undefined, problems: string[]): number | undefined {
  if (given === undefined || given >= LEAST_FLUSH_MS) return given
  problems.push(`"metrics.flushInterval" is at least ${LEAST_FLUSH_MS} ms`)
  return LEAST_FLUSH_MS
}

function allOverrides(options: ClientOptions, env: Environment, problems: string[]): ReadonlyMap<string, Json> {
  const fromEnvironment = parseOverrides(env['RAMPART_OVERRIDES'] ?? '')
  const fromOptions = overridesOf({ ...options.overrides })
  problems.push(...fromEnvironment.problems, ...fromOptions.problems)
  // The environment is nearer to the person at the keyboard than the code is.
  const all = new Map([...fromOptions.values, ...fromEnvironment.values])
  if (all.size > 0 && env['NODE_ENV'] === 'production') {
    problems.push(`OVERRIDES IN PRODUCTION: ${[...all.keys()].join(', ')} ignore the server, kill switch included`)
  }
  return all
}
