import type { Flag, FlagConfig, Serve } from '@rampart/contract/admin'

/** What everyone else gets, as one share; or a split, which one number cannot say. */
export type Share =
  | { readonly kind: 'split'; readonly weights: Readonly<Record<string, number>> }
  | {
      readonly kind: 'share'
      /** The variation that gets the share, and the one that the rest gets. */
      readonly variation: string
      readonly otherwise: string
      readonly percent: number
    }

/**
 * Reads `everyoneElse` as a share. A plain variation is 100% of it; the plain off variation is 0% of the variation that a
 * rollout would give first (`on` of a boolean flag).
 */
export function shareOf(serve: Serve, flag: Pick<Flag, 'type' | 'variations'>, off: FlagConfig['off']): Share {
  if ('split' in serve) return { kind: 'split', weights: serve.split.weights }
  const { variation, rollout } = serve
  if (rollout !== undefined) return { kind: 'share', variation, otherwise: rollout.otherwise, percent: rollout.percent }
  if (variation !== off) return { kind: 'share', variation, otherwise: off, percent: 100 }
  const first = flag.variations.find(({ key }) => key !== off)?.key ?? variation
  return { kind: 'share', variation: first, otherwise: off, percent: 0 }
}
