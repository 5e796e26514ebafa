import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from './failure.ts'
import {
  configLayer,
  environmentLayer,
  type Layer,
  resolveSettings,
  type Setting,
  type Settings,
  type TourFile,
  tourOf,
} from './settings.ts'
import type { World } from './world.ts'

/** The settings that are given as flags. */
export interface SettingFlags {
  readonly url?: string
  readonly project?: string
  readonly env?: string
  readonly tokenFile?: string
  readonly tokenStdin?: boolean
}

export const CONFIG_FILE = 'rampart.config.json'

/** Every place settings come from, the first that has one first; the tour is asked last. */
export interface Places {
  readonly layers: readonly Layer[]
  readonly tour: TourFile | undefined
}

/** Reads every place settings can come from, and puts them in order. */
export async function loadSettings(world: World, flags: SettingFlags): Promise<Settings> {
  const { layers, tour } = await readPlaces(world, flags)
  return resolveSettings(layers, tour)
}

export async function readPlaces(world: World, flags: SettingFlags): Promise<Places> {
  const environment = environmentLayer(world.env)
  const tokenFile = world.env['RAMPART_TOKEN_FILE']
  const fromFile: Layer =
    environment.token !== undefined || tokenFile === undefined || tokenFile === ''
      ? {}
      : { token: await tokenIn(resolve(world.cwd, tokenFile), 'RAMPART_TOKEN_FILE') }
  return {
    layers: [await flagLayer(world, flags), { ...environment, ...fromFile }, await nearestConfig(world.cwd)],
    tour: await tourFile(world),
  }
}

async function flagLayer(world: World, flags: SettingFlags): Promise<Layer> {
  if (flags.tokenFile !== undefined && flags.tokenStdin === true)
    throw new UsageError('Give the token once: --token-file or --token-stdin.')
  const given = (value: string | undefined, from: string): Setting | undefined =>
    value === undefined ? undefined : { value, from }
  return {
    url: given(flags.url, '--url'),
    project: given(flags.project, '--project'),
    environment: given(flags.env, '--env'),
    token: await tokenFlag(world, flags),
  }
}

async function tokenFlag(world: World, flags: SettingFlags): Promise<Setting | undefined> {
  if (flags.tokenFile !== undefined) return tokenIn(resolve(world.cwd, flags.tokenFile), '--token-file')
  if (flags.tokenStdin !== true) return undefined
  const value = (await world.readStdin()).trim()
  if (value === '') throw new UsageError('--token-stdin: nothing came on the standard input.')
  return { value, from: '--token-stdin' }
}

async function tokenIn(path: string, from: string): Promise<Setting> {
  const text = await readText(path)
  if (text === undefined) throw new UsageError(`${from}: there is no file ${path}.`)
  const value = text.trim()
  if (value === '') throw new UsageError(`${from}: the file ${path} is empty.`)
  return { value, from }
}

/** `rampart.config.json` of the working folder, or of the nearest one above it. */
async function nearestConfig(cwd: string): Promise<Layer> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_FILE)
    const text = await readText(path)
    if (text !== undefined) return configLayer(text, path)
    if (folder === dirname(folder)) return {}
  }
}

/** What `npm start` wrote, in the folder where it keeps its data. */
async function tourFile(world: World): Promise<TourFile | undefined> {
  const data = world.env['RAMPART_DATA']
  const path = join(resolve(world.cwd, data === undefined || data === '' ? 'data' : data), 'tour.json')
  const text = await readText(path)
  return text === undefined ? undefined : tourOf(text, path)
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    if (error instanceof Error) throw new UsageError(`${path} cannot be read: ${error.message}`)
    throw error
  }
}
