import type { WireFlag } from './model.ts'

/**
 * Whether a flag, while it is on, gives the same to everyone, because it has nothing that looks at who asks: not even a rollout to
 * all. One that is off or killed needs neither rules nor anything to serve, and may come from a newer server.
 */
export function isConstant({ rules, prerequisites = [], layer, serve }: WireFlag): boolean {
  const { rollout, to }: Partial<WireFlag['serve']> = serve ?? {}
  return (
    rules?.length === 0 &&
    prerequisites.length === 0 &&
    layer === undefined &&
    rollout === undefined &&
    typeof to === 'number'
  )
}
