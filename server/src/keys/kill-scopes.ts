/** What a kill URL kills: one flag, or every flag of an environment. */
export interface KillPlace {
  readonly project: string
  readonly environment: string
  readonly flag?: string
}

/** The place that a scope of a kill URL names; undefined when the scope is wider than an environment or not a kill. */
export function placeOf(scope: string): KillPlace | undefined {
  const match = /^kill@([^/*\s]+)\/([^/*\s]+)(?:\/([^/*\s]+))?$/.exec(scope)
  if (match === null) return undefined
  const [, project = '', environment = '', flag] = match
  return { project, environment, ...(flag === undefined ? {} : { flag }) }
}
