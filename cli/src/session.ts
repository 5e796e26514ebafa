import { parseShortDuration } from '@rampart/contract/admin'
import manifest from '../package.json' with { type: 'json' }
import { type Pipeline, pipelineOf } from './ci.ts'
import { type Connection, connect } from './connection.ts'
import { UsageError } from './failure.ts'
import { type ColorChoice, paintFor } from './output/paint.ts'
import { need, type Settings } from './settings.ts'
import { CONFIG_FILE, loadSettings, type SettingFlags } from './settings-files.ts'
import type { Voice, World } from './world.ts'

/** The flags that every command takes. */
export interface GlobalFlags extends SettingFlags {
  readonly output?: 'text' | 'json'
  readonly json?: boolean
  readonly comment?: string
  /** False when `--no-input` was given. */
  readonly input?: boolean
  readonly yes?: boolean
  readonly color?: ColorChoice
  readonly quiet?: boolean
  readonly debug?: boolean
  readonly retryFor?: string
}

/** What a command knows before any setting is needed. */
export interface Here {
  readonly world: World
  readonly voice: Voice
  readonly pipeline: Pipeline
  readonly flags: GlobalFlags
  /** Hears every secret before it can be printed. */
  readonly keepSecret: (secret: string) => void
}

/** What one command works with. */
export interface Session {
  readonly world: World
  readonly voice: Voice
  readonly pipeline: Pipeline
  /** A question would be answered with yes. */
  readonly yes: boolean
  readonly connection: Connection
  /** The project's key; a usage error when none is given anywhere. */
  project(): string
  /** The environment's key when one is given anywhere. */
  maybeEnvironment(): string | undefined
  /** The environment's key when the command itself names it: lists show all environments otherwise. */
  namedEnvironment(): string | undefined
  /** The environment's key; a usage error when none is given anywhere. */
  environment(): string
  /**
   * The environment to change. A protected one must be named with the command: a default in a file, made for looking,
   * is not enough to change production.
   */
  environmentToChange(): Promise<string>
}

export const VERSION = manifest.version

/** Where a command is, whatever was configured. */
export function startHere(world: World, flags: GlobalFlags, keepSecret: (secret: string) => void): Here {
  const pipeline = pipelineOf(world.env)
  return { world, voice: voiceOf(world, flags, pipeline), pipeline, flags, keepSecret }
}

/** Opens the session of a command. */
export async function openSession({ world, voice, pipeline, flags, keepSecret }: Here): Promise<Session> {
  const settings = await loadSettings(world, flags)
  const url = need(settings, 'url')
  if (!/^https?:\/\/[^/\s]+/.test(url.value))
    throw new UsageError(`"${url.value}" (${url.from}) is not the address of a server; write https://…`)
  const token = need(settings, 'token').value
  keepSecret(token)
  const comment = flags.comment ?? world.env['RAMPART_COMMENT'] ?? pipeline.comment
  const retryForMs = durationFlag('--retry-for', flags.retryFor ?? DEFAULT_RETRY_FOR)
  const connection = connect(world, {
    url: url.value.replace(/\/+$/, ''),
    token,
    retryForMs,
    firstRetryForMs: settings.tour ? Math.min(retryForMs, TOUR_RETRY_MS) : retryForMs,
    comment: comment === '' ? undefined : comment,
    agent: `rampart-cli/${VERSION}`,
    trace: flags.debug === true ? (line) => world.stderr.write(`${line}\n`) : undefined,
    note: (line) => world.stderr.write(`${line}\n`),
    hint: settings.tour ? `${url.from} says where the tour is; start it with npm start.` : undefined,
  })
  return {
    world,
    voice,
    pipeline,
    yes: flags.yes === true,
    connection,
    ...places(settings, connection),
  }
}

/** How long to go on when the server is away. */
export const DEFAULT_RETRY_FOR = '60s'

/** The tour is on this machine: when it does not answer it is not running, and a minute will not bring it. */
const TOUR_RETRY_MS = 2_000

function places(
  settings: Settings,
  connection: Connection,
): Pick<Session, 'project' | 'maybeEnvironment' | 'namedEnvironment' | 'environment' | 'environmentToChange'> {
  const project = (): string => need(settings, 'project').value
  return {
    project,
    maybeEnvironment: () => settings.environment?.value,
    namedEnvironment: () => (settings.environment?.from === '--env' ? settings.environment.value : undefined),
    environment: () => need(settings, 'environment').value,
    async environmentToChange() {
      const { value: environment, from } = need(settings, 'environment')
      if (!from.endsWith(CONFIG_FILE)) return environment
      const { body } = await connection.ask((api, signal) =>
        api.getEnvironment({ params: { project: project(), environment }, signal }),
      )
      if (body.protected)
        throw new UsageError(`${environment} is protected: name it with -e ${environment} or RAMPART_ENV to change it.`)
      return environment
    },
  }
}

/** Streams and forms that can be told before anything is asked of the server. */
function voiceOf(world: World, flags: GlobalFlags, pipeline: Pipeline): Voice {
  const color = flags.color ?? 'auto'
  const live = world.stdout.isTerminal && !pipeline.ci && world.env['TERM'] !== 'dumb'
  return {
    json: flags.json === true || flags.output === 'json',
    quiet: flags.quiet === true,
    color,
    paint: paintFor(color, world.stdout.isTerminal, world.env),
    live,
    canAsk: live && world.onKey !== undefined && flags.input !== false,
  }
}

/** A duration a person wrote, in milliseconds: `30s`, `10m`, `2h`; `0` is nothing. */
export function durationFlag(flag: string, text: string): number {
  const ms = text.trim() === '0' ? 0 : parseShortDuration(text)
  if (ms === undefined) throw new UsageError(`${flag}: "${text}" must be a duration such as 30s, 10m or 2h.`)
  // the longest time a timer can hold
  if (ms > 2_147_483_647) throw new UsageError(`${flag}: "${text}" is longer than 24 days.`)
  return ms
}
