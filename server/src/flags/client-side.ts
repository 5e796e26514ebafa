import { type ConfigSettings, type Flag, type Segment, whatPagesAreTold } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { Key } from '@rampart/core'
import { type Secrets, secretsOf, untold } from '../conditions/telling.ts'
import type { StoredConfig, StoredEnvironment } from '../store/store.ts'

type Rules = Pick<ConfigSettings, 'rules' | 'prerequisites'>

/** Whether pages are told the rules of a flag, and not its values alone. */
export function tellsRules(flag: Flag): boolean {
  return whatPagesAreTold(flag) === 'rules'
}

/** What decides whether browsers can be told a configuration, in its environment. */
export interface Outlook {
  readonly secrets: Secrets
  readonly flags: readonly Flag[]
}

/** Everything of a project that decides what browsers can be told. */
export interface Whole {
  readonly environments: readonly Pick<StoredEnvironment, 'key' | 'privateAttributes'>[]
  readonly flags: readonly Flag[]
  readonly configs: readonly StoredConfig[]
  readonly segments: readonly Segment[]
}

/**
 * What keeps browsers from being told a configuration, by JSON pointer. Paused rules are told to nobody, so they keep
 * nothing back.
 */
export function untoldOf({ rules, prerequisites }: Rules, { secrets, flags }: Outlook): readonly ProblemDetail[] {
  return [
    ...rules.flatMap((rule, i) => (rule.paused ? [] : untold(rule.when, `/rules/${i}/when`, secrets))),
    ...prerequisites.flatMap(({ flag: key }, i) => {
      const asked = flags.find((flag) => flag.key === key)
      if (asked === undefined || tellsRules(asked)) return []
      const what = asked.clientSide
        ? 'is remote-only, and pages evaluate this flag'
        : 'is not client-side, as this flag is'
      return [{ pointer: `/prerequisites/${i}/flag`, message: `${what}: ${key}` }]
    }),
  ]
}

/**
 * What keeps browsers from being told the client-side flags of a project, in words such as
 * `checkout in production: /rules/0/when/operator tests the private attribute email: …`.
 *
 * @param only some of the flags; without it all whose rules pages are told.
 */
export function untoldIn(
  { environments, flags, configs, segments }: Whole,
  only?: ReadonlySet<Key>,
): readonly string[] {
  const told = new Set(flags.filter(tellsRules).map(({ key }) => key))
  return environments.flatMap(({ key: environment, privateAttributes }) => {
    const secrets = secretsOf(segments, privateAttributes)
    return configs
      .filter((config) => config.environment === environment && told.has(config.flag))
      .filter((config) => only === undefined || only.has(config.flag))
      .flatMap((config) =>
        untoldOf(config, { secrets, flags }).map(
          ({ pointer, message }) => `${config.flag} in ${environment}: ${pointer} ${message}`,
        ),
      )
  })
}

/** The flags that pages evaluate and that have a flag as a prerequisite, in words. */
export function clientSideAskers(flag: Key, { flags, configs }: Pick<Whole, 'flags' | 'configs'>): readonly string[] {
  const told = new Set(flags.filter(tellsRules).map(({ key }) => key))
  return configs
    .filter((config) => told.has(config.flag) && config.prerequisites.some((asked) => asked.flag === flag))
    .map((config) => `${config.flag} in ${config.environment}`)
}

/** For a change that would take client-side flags away from browsers: where it is written, and every flag it concerns. */
export function wouldHide(pointer: string, reasons: readonly string[]): readonly ProblemDetail[] {
  return reasons.map((reason) => ({ pointer, message: `would hide a client-side flag from browsers: ${reason}` }))
}
