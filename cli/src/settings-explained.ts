import { maskAddress, maskSecret } from './mask.ts'
import { decideColor } from './output/paint.ts'
import { DEFAULT_RETRY_FOR, type Here } from './session.ts'
import { resolveSettings, type SettingName, tourLayer, WAYS } from './settings.ts'
import type { Places } from './settings-files.ts'

/** One setting: what it is, and what said so. */
export interface Explained {
  readonly name: string
  /** As it may be shown; null when it is not set. */
  readonly value: string | null
  /** What said so, or how to say it. */
  readonly from: string
  /** Places that say something else and are not heard. */
  readonly over: readonly string[]
}

const SHOWN: Readonly<Record<SettingName, { readonly name: string; readonly secret: boolean }>> = {
  url: { name: 'url', secret: false },
  token: { name: 'token', secret: true },
  project: { name: 'project', secret: false },
  environment: { name: 'environment', secret: false },
  sdkKey: { name: 'SDK key', secret: true },
}

/** Every setting of this command, in the order of the README. */
export function explainSettings(here: Here, places: Places): readonly Explained[] {
  const names = Object.keys(SHOWN).filter((name): name is SettingName => Object.hasOwn(SHOWN, name))
  return [...names.map((name) => explainPlace(name, places)), ...explainRest(here)]
}

function explainPlace(name: SettingName, { layers, tour }: Places): Explained {
  const shown = SHOWN[name]
  const setting = resolveSettings(layers, tour)[name]
  if (setting === undefined) return { name: shown.name, value: null, from: `not set: ${WAYS[name]}`, over: [] }
  const all = [...layers, ...(tour === undefined ? [] : [tourLayer(tour)])].flatMap((layer) => layer[name] ?? [])
  const over = all.filter((other) => other !== setting && other.from !== setting.from && other.value !== setting.value)
  return {
    name: shown.name,
    value: shown.secret ? maskSecret(setting.value) : setting.value,
    from: setting.from,
    over: over.map(({ from }) => from),
  }
}

function explainRest(here: Here): readonly Explained[] {
  const { world, voice, pipeline, flags } = here
  const { env, stdout } = world
  const color = decideColor(flags.color ?? 'auto', stdout.isTerminal, env)
  const byFlag = (flag: string, given: unknown): string => (given === undefined ? 'default' : flag)
  const ci = pipeline.ci ? 'the CI system' : 'no CI system'
  return [
    first('comment', [
      [flags.comment, '--comment'],
      [env['RAMPART_COMMENT'], 'RAMPART_COMMENT'],
      [pipeline.comment, 'the CI system'],
    ]),
    row(
      'output',
      voice.json ? 'json' : 'text',
      byFlag(flags.json === true ? '--json' : '--output', flags.json ?? flags.output),
    ),
    row('color', color.colors ? 'yes' : 'no', color.from),
    row('retry for', flags.retryFor ?? DEFAULT_RETRY_FOR, byFlag('--retry-for', flags.retryFor)),
    row('questions', voice.canAsk ? 'are asked' : 'are never asked', whyAsked(here)),
    row('log', pipeline.dialect, ci),
    first('run', [[pipeline.run, 'the CI system']]),
    first(
      'proxy',
      PROXIES.map((name) => [env[name] === undefined ? undefined : maskAddress(env[name]), name]),
    ),
    first('CA file', [[env['NODE_EXTRA_CA_CERTS'], 'NODE_EXTRA_CA_CERTS']]),
  ]
}

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']

function row(name: string, value: string, from: string): Explained {
  return { name, value, from, over: [] }
}

/** The first that is set is heard, the others are told. */
function first(name: string, ways: readonly (readonly [value: string | undefined, from: string])[]): Explained {
  const [heard, ...others] = ways.filter(([value]) => value !== undefined && value !== '')
  if (heard === undefined)
    return { name, value: null, from: `not set: ${ways.map(([, from]) => from).join(', ')}`, over: [] }
  return { name, value: heard[0] ?? null, from: heard[1], over: others.map(([, from]) => from) }
}

function whyAsked({ voice, pipeline, flags }: Here): string {
  if (flags.input === false) return '--no-input'
  if (pipeline.ci) return 'the CI system'
  return voice.canAsk ? 'a terminal' : 'no terminal'
}
