import type { EnvironmentRef } from '../store/store.ts'

/** `project/environment`, the name of an environment in maps and for people. Keys hold no `/`. */
export function environmentName({ project, environment }: EnvironmentRef): string {
  return `${project}/${environment}`
}
