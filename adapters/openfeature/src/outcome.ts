import type { TrackingEventDetails } from '@openfeature/core'

/** What guards of a ramp are told of a tracked event: that it happened, or what it amounted to. */
export type Outcome = { readonly kind: 'count' } | { readonly kind: 'observe'; readonly value: number }

/** An event with a number as its `value` (OpenFeature, specification, 6.2) is an observation, which is an event too. */
export function outcomeOf({ value }: TrackingEventDetails = {}): Outcome {
  return typeof value === 'number' ? { kind: 'observe', value } : { kind: 'count' }
}
