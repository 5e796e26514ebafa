import type { WireFlag } from './model.ts'

/** Whether a flag, while it is on, gives the same to everyone, because it has nothing that looks at who asks: not even a rollout to all. */
export function isConstant({ rules, prerequisites = [], layer, serve }: WireFlag): boolean {
  return (
    rules.length === 0 &&
    prerequisites.length === 0 &&
    layer === undefined &&
    serve.rollout === undefined &&
    typeof serve.to === 'number'
  )
}
