import type { ConfigSettings } from '@rampart/contract/admin'
import type { Key } from '@rampart/core'
import { segmentsIn } from '../conditions/leaves.ts'
import { secretsOf } from '../conditions/telling.ts'
import { layersTouched } from '../layers/rules.ts'
import { patternProblem } from '../re2.ts'
import type { Expectation, Store, StoredConfig, StoredLayer, Write } from '../store/store.ts'
import type { Surroundings } from './config-check.ts'
import type { Found } from './lookup.ts'

/** What a configuration refers to, as it was read, and what a commit needs so that it is still so when it is written. */
export interface Read {
  readonly around: Surroundings
  readonly expect: readonly Expectation[]
  /** The layers whose owners change. */
  readonly writes: readonly Write[]
}

/** Reads what settings refer to. What is large is read only when they name it. */
export async function readSurroundings(store: Store, found: Found, settings: ConfigSettings): Promise<Read> {
  const { flag, environment, config } = found
  const { project } = environment
  const touched = layersTouched(config.layer, settings.layer)
  const asks = settings.prerequisites.length > 0
  const named = new Set(settings.rules.flatMap(({ when }) => segmentsIn(when)))
  const flags = asks ? await store.flags(project) : []
  const all = asks || touched.length > 0 ? await store.configs(project) : []
  const configs = all.filter((one) => one.environment === environment.key)
  const segments = named.size > 0 ? await store.segments(project) : []
  const layers = touched.length > 0 || settings.layer !== null ? await store.layers(project) : []
  const asked = new Set(settings.prerequisites.map((one) => one.flag))
  return {
    around: {
      flags,
      configs,
      segments: new Set(segments.map(({ key }) => key)),
      layers: layers.map(({ key }) => key),
      secrets: secretsOf(segments, environment.privateAttributes),
      patternProblem,
    },
    expect: [
      ...[flag, ...flags.filter(({ key }) => asked.has(key))].map(versionOf),
      ...followed(settings, configs, flag.key).map(({ flag, revision }): Expectation => {
        return { kind: 'config', environment: environment.key, flag, revision }
      }),
      ...segments
        .filter(({ key }) => named.has(key))
        .map(({ key, version }): Expectation => {
          return { kind: 'segment', segment: key, version }
        }),
      ...touchedOf(layers, touched).map(({ key, version }): Expectation => ({ kind: 'layer', layer: key, version })),
    ],
    writes: touchedOf(layers, touched).map((layer) => {
      return { put: 'layer', project, layer: { ...layer, version: layer.version + 1 } } as const
    }),
  }
}

function versionOf({ key, version }: { readonly key: Key; readonly version: number }): Expectation {
  return { kind: 'flag', flag: key, version }
}

function touchedOf(layers: readonly StoredLayer[], touched: readonly Key[]): readonly StoredLayer[] {
  return layers.filter(({ key }) => touched.includes(key))
}

/** The configurations that prerequisites lead to: a circle could be closed in any of them. */
function followed(settings: ConfigSettings, configs: readonly StoredConfig[], from: Key): readonly StoredConfig[] {
  const byFlag = new Map(configs.map((config) => [config.flag, config]))
  const met = new Set<Key>([from])
  const waiting = settings.prerequisites.map((one) => one.flag)
  const way: StoredConfig[] = []
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const config = met.has(key) ? undefined : byFlag.get(key)
    met.add(key)
    if (config === undefined) continue
    way.push(config)
    waiting.push(...config.prerequisites.map((one) => one.flag))
  }
  return way
}
