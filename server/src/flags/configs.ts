import type { ConfigSettings, FlagConfig } from '@rampart/contract/admin'
import { lastRecorded } from '../audit/changed.ts'
import type { Clock } from '../clock.ts'
import type { IfMatch } from '../http/preconditions.ts'
import { endForEdit, requireUnheld } from '../ramp/hooks.ts'
import type { Asker, Store, StoredConfig } from '../store/store.ts'
import { type Change, type Changed, changeConfig, type DecideChange } from './change.ts'
import { checkSettings } from './config-check.ts'
import { sayConfig } from './format.ts'
import { type ConfigPlace, type Found, requireConfig, viewOf } from './lookup.ts'
import { requireMatch, requireSaid } from './preconditions.ts'
import { rebased } from './rebase.ts'
import { type ConfigDraft, type RolloutOrder, sameJson, withRollout } from './rules.ts'
import { withSlices } from './slices.ts'
import { readSurroundings } from './surroundings.ts'

/** A change of one configuration, as it was asked for. */
export interface Order<T> {
  readonly place: ConfigPlace
  readonly asker: Asker
  readonly ifMatch: IfMatch
  readonly body: T
}

export interface Configs {
  get(place: ConfigPlace): Promise<FlagConfig>
  /** Replaces everything a person may write. Throws `precondition_required` in a protected environment. */
  replace(order: Order<ConfigSettings>): Promise<Changed>
  switchTo(order: Order<{ readonly on: boolean }>): Promise<Changed>
  setRollout(order: Order<RolloutOrder & { readonly endRamp?: boolean | undefined }>): Promise<Changed>
}

/** Reads and edits the configuration of a flag in one environment. The rule that a ramp holds is read-only throughout. */
export function createConfigs(parts: { readonly store: Store; readonly clock: Clock }): Configs {
  const { store } = parts

  async function edit({ place, asker, ifMatch }: Omit<Order<unknown>, 'body'>, decide: DecideChange): Promise<Changed> {
    const result = await changeConfig(parts, {
      place,
      asker,
      decide: (found, at) => {
        requireMatch(ifMatch, { revision: found.config.revision, view: viewOf(found.config, found.ramp?.ramp) })
        return decide(found, at)
      },
    })
    if (result.changed !== undefined) return result.changed
    const { config, ramp } = result.found
    const last = await lastRecorded(store, place.project, {
      kind: 'flag',
      key: place.flag,
      environment: place.environment,
    })
    return { item: viewOf(config, ramp?.ramp), ...last }
  }

  async function replacement(found: Found, settings: ConfigSettings): Promise<Change | null> {
    const { config, flag, ramp } = found
    const { around, expect, writes } = await readSurroundings(store, found, settings)
    checkSettings(flag, settings, around)
    requireUnheld(ramp?.ramp, config, settings)
    const variations = flag.variations.map(({ key }) => key)
    const draft = withSlices(config, { ...draftOf(config), ...settings }, variations)
    const change = unlessSame(config, draft, 'flag.configured', 'was configured')
    return change && { ...change, expect, writes }
  }

  return {
    async get(place) {
      const { config, ramp } = await requireConfig(store, place)
      return viewOf(config, ramp?.ramp)
    },

    replace: (order) =>
      edit({ ...order, ifMatch: null }, async (found) => {
        const view = viewOf(found.config, found.ramp?.ramp)
        requireSaid(order.ifMatch, found.environment, view)
        const settings = await rebased(store, found, order.ifMatch, order.body)
        if (settings === undefined) requireMatch(order.ifMatch, { revision: found.config.revision, view })
        return replacement(found, settings ?? order.body)
      }),

    switchTo: (order) =>
      edit(order, ({ config }) => {
        const { on } = order.body
        return unlessSame(config, { ...draftOf(config), on }, 'flag.switched', `was switched ${on ? 'on' : 'off'}`)
      }),

    setRollout: (order) =>
      edit(order, ({ config, flag, ramp }, at) => {
        const draft = withRollout(draftOf(config), flag, order.body)
        const change = unlessSame(config, draft, 'flag.rollout_set', sayOrder(order.body))
        if (ramp === undefined || order.body.endRamp !== true || !holds(ramp.ramp.rule, order.body)) {
          requireUnheld(ramp?.ramp, config, draft)
          return change
        }
        const { actor } = order.asker
        const ended = endForEdit(ramp, config, { at, actor, reason: order.asker.comment })
        return { ...(change ?? changeTo(config, draft, 'flag.rollout_set', 'stays where the ramp was')), ended }
      }),
  }
}

function sayOrder({ percent, rule }: RolloutOrder): string {
  return rule === undefined ? `was set to ${percent}%` : `was set to ${percent}% in rule ${rule}`
}

function holds(held: string, { rule = 'everyone-else' }: RolloutOrder): boolean {
  return held === rule
}

/** A stored configuration as a draft: the commit gives it its next revision. */
export function draftOf(config: StoredConfig): ConfigDraft {
  const { revision: _, ...draft } = config
  return draft
}

/** Slices follow from the rest: where nothing else differs, nobody moves. */
function unlessSame(config: StoredConfig, draft: ConfigDraft, action: Change['action'], did: string): Change | null {
  const isSame = sameJson({ ...draftOf(config), slices: undefined }, { ...draft, slices: undefined })
  return isSame ? null : changeTo(config, draft, action, did)
}

function changeTo(config: StoredConfig, draft: ConfigDraft, action: Change['action'], did: string): Change {
  return { draft, action, words: `${config.flag} ${did} in ${config.environment}. ${sayConfig(draft)}` }
}
