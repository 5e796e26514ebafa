import { UsageError } from './failure.ts'

/** A value and where it came from, for messages: `--env`, `RAMPART_ENV`, a file. */
export interface Setting {
  readonly value: string
  readonly from: string
}

/** One place settings are read from. */
export interface Layer {
  readonly url?: Setting | undefined
  readonly token?: Setting | undefined
  readonly project?: Setting | undefined
  readonly environment?: Setting | undefined
  /** Only `doctor` reads with it, as an application does. */
  readonly sdkKey?: Setting | undefined
}

export interface Settings extends Layer {
  /** The tour answers for the connection: the project and the address may not be running any more. */
  readonly tour: boolean
}

/** What `npm start` leaves for the command: see `data/tour.json`. */
export interface TourFile {
  readonly path: string
  readonly url: string
  readonly adminToken: string
  readonly project?: string
  readonly environment?: string
  readonly serverSdkKey?: string
}

/**
 * The first layer that has a value wins: flags, then the environment, then the project's file. The tour is asked last
 * and as a whole: its token goes to its own address only.
 */
export function resolveSettings(layers: readonly Layer[], tour: TourFile | undefined): Settings {
  const first = (name: keyof Layer): Setting | undefined => layers.find((layer) => layer[name] !== undefined)?.[name]
  const own = {
    url: first('url'),
    token: first('token'),
    project: first('project'),
    environment: first('environment'),
    sdkKey: first('sdkKey'),
  }
  if (tour === undefined || !isOf(tour, own.url?.value)) return { ...own, tour: false }
  const last = tourLayer(tour)
  return {
    url: own.url ?? last.url,
    token: own.token ?? last.token,
    project: own.project ?? last.project,
    environment: own.environment ?? last.environment,
    sdkKey: own.sdkKey ?? last.sdkKey,
    tour: own.url === undefined,
  }
}

/** What the tour would answer, were nothing else asked. */
export function tourLayer(tour: TourFile): Layer {
  const given = (value: string | undefined): Setting | undefined =>
    value === undefined ? undefined : { value, from: tour.path }
  return {
    url: given(tour.url),
    token: given(tour.adminToken),
    project: given(tour.project),
    environment: given(tour.environment),
    sdkKey: given(tour.serverSdkKey),
  }
}

function isOf(tour: TourFile, url: string | undefined): boolean {
  return url === undefined || stripSlash(url) === stripSlash(tour.url)
}

function stripSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** Where each setting can be given, for the sentence that asks for it. */
export const WAYS = {
  url: 'pass --url or set RAMPART_URL',
  token: 'set RAMPART_TOKEN or RAMPART_TOKEN_FILE, or pass --token-file or --token-stdin',
  project: 'pass -p or set RAMPART_PROJECT',
  environment: 'pass -e or set RAMPART_ENV',
  sdkKey: 'set RAMPART_SDK_KEY',
} as const

export type SettingName = keyof typeof WAYS

const NAMES = {
  url: 'server',
  token: 'token',
  project: 'project',
  environment: 'environment',
  sdkKey: 'SDK key',
} as const satisfies Record<SettingName, string>

/** The setting, or a usage error that says how to give it. */
export function need(settings: Settings, name: SettingName): Setting {
  const setting = settings[name]
  if (setting === undefined) throw new UsageError(`Which ${NAMES[name]}? Please ${WAYS[name]}.`)
  return setting
}

/** The layer of the environment variables. An empty variable counts as unset. */
export function environmentLayer(env: Readonly<Record<string, string | undefined>>): Layer {
  const read = (name: string): Setting | undefined => {
    const value = env[name]?.trim()
    return value === undefined || value === '' ? undefined : { value, from: name }
  }
  return {
    url: read('RAMPART_URL'),
    token: read('RAMPART_TOKEN'),
    project: read('RAMPART_PROJECT'),
    environment: read('RAMPART_ENV'),
    sdkKey: read('RAMPART_SDK_KEY'),
  }
}

const CONFIG_MEMBERS = ['url', 'project', 'environment']

/** Reads the text of `rampart.config.json`. It is committed, so it must not hold a secret. */
export function configLayer(text: string, path: string): Layer {
  const body = parseObject(text, path)
  const unknown = Object.keys(body).find((name) => !CONFIG_MEMBERS.includes(name) && name !== '$schema')
  if (unknown !== undefined && /token|secret|password|key/i.test(unknown))
    throw new UsageError(`${path} has "${unknown}", but this file is for the repository and holds no secrets.`)
  if (unknown !== undefined) throw new UsageError(`${path} has "${unknown}"; it may have ${CONFIG_MEMBERS.join(', ')}.`)
  const read = (name: string): Setting | undefined => {
    const value = body[name]
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value === '') throw new UsageError(`"${name}" in ${path} must be text.`)
    return { value, from: path }
  }
  return { url: read('url'), project: read('project'), environment: read('environment') }
}

/** Reads the text of the tour's file; undefined when it is not one. */
export function tourOf(text: string, path: string): TourFile | undefined {
  const { url, adminToken, project, environment, serverSdkKey } = parseObject(text, path)
  if (typeof url !== 'string' || typeof adminToken !== 'string') return undefined
  return {
    path,
    url,
    adminToken,
    ...(typeof project === 'string' ? { project } : {}),
    ...(typeof environment === 'string' ? { environment } : {}),
    ...(typeof serverSdkKey === 'string' ? { serverSdkKey } : {}),
  }
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${path} is not JSON: ${error.message}`)
    throw error
  }
  throw new UsageError(`${path} must be a JSON object.`)
}
