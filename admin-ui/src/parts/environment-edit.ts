import type { EnvironmentSettings } from '../queries/projects.ts'

/** What is different in `after`, so that what somebody else has changed meanwhile is not written over. */
export function environmentEdit(before: EnvironmentSettings, after: EnvironmentSettings): Partial<EnvironmentSettings> {
  const isSame = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((one, at) => one === b[at])
  return {
    ...(before.protected === after.protected ? {} : { protected: after.protected }),
    ...(isSame(before.origins, after.origins) ? {} : { origins: after.origins }),
    ...(isSame(before.privateAttributes, after.privateAttributes)
      ? {}
      : { privateAttributes: after.privateAttributes }),
  }
}
