import { resolve } from 'node:path'
import { z } from 'zod'
import { isNetwork } from './sources/addresses.ts'

/** How this server runs. The one place that reads the environment. */
export interface Config {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Where the database is, as an absolute path. */
  readonly dataFolder: string
  /** The address that people and machines use; null is the one that is listened on. */
  readonly publicUrl: URL | null
  readonly logLevel: LogLevel
  /** Written when the server is ready, for the program that started it: `{ url, signInUrl, adminToken }`, mode 600. */
  readonly bootstrapFile: string | null
  /** Private networks that guards may read figures from. */
  readonly privateSources: readonly string[] | 'all'
}

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What is wrong with the environment, all at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((n) => n <= 65_535, 'must be a port number')

const publicUrl = z
  .url({ protocol: /^https?$/, message: 'must be an address such as https://rampart.example.com' })
  .transform((text) => new URL(text))
  .refine(
    ({ pathname, search }) => pathname === '/' && search === '',
    'must have no path: Rampart serves a host of its own',
  )

/** `10.0.0.0/8,fd00::/8`, or `all`. */
const networks = z
  .string()
  .transform((text) => (text === 'all' ? text : text.split(',').map((one) => one.trim())))
  .refine((read) => read === 'all' || read.every(isNetwork), 'must be all, or networks such as 10.0.0.0/8,192.168.1.5')

const environment = z.object({
  PORT: port.default(4280),
  // only this machine, until someone says otherwise
  RAMPART_HOST: z.string().default('127.0.0.1'),
  RAMPART_DATA: z.string().default('data'),
  RAMPART_PUBLIC_URL: publicUrl.optional(),
  RAMPART_LOG: z.enum(LOG_LEVELS, { message: `must be one of: ${LOG_LEVELS.join(', ')}` }).default('info'),
  RAMPART_BOOTSTRAP_FILE: z.string().optional(),
  RAMPART_ALLOW_PRIVATE_SOURCES: networks.default([]),
})

/** Reads the configuration; throws `ConfigError` that names every variable that is wrong. An empty one counts as not set. */
export function readConfig(variables: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const read = environment.safeParse(given)
  if (!read.success) {
    throw new ConfigError(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'))
  }
  const { PORT, RAMPART_HOST, RAMPART_DATA, RAMPART_PUBLIC_URL, RAMPART_LOG, RAMPART_BOOTSTRAP_FILE } = read.data
  const { RAMPART_ALLOW_PRIVATE_SOURCES } = read.data
  return {
    host: RAMPART_HOST,
    port: PORT,
    dataFolder: resolve(RAMPART_DATA),
    publicUrl: RAMPART_PUBLIC_URL ?? null,
    logLevel: RAMPART_LOG,
    bootstrapFile: RAMPART_BOOTSTRAP_FILE === undefined ? null : resolve(RAMPART_BOOTSTRAP_FILE),
    privateSources: RAMPART_ALLOW_PRIVATE_SOURCES,
  }
}
