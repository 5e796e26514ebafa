import type { WireFlag } from './model.ts'

/** Whether a flag, while it is on, gives the same to everyone, because nothing in it looks at who asks. */
export function isConstant({ rules, prerequisites = [], layer, serve }: WireFlag): boolean {
  return (
    rules.length === 0 &&
    prerequisites.length === 0 &&
    layer === undefined &&
    serve.rollout === undefined &&
    typeof serve.to === 'number'
  )
}
