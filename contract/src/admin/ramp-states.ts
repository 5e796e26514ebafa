export const rampStates = [
  'scheduled',
  'running',
  'paused',
  'baking',
  'completed',
  'rolled_back',
  'killed',
  'superseded',
  'cancelled',
] as const
export type RampState = (typeof rampStates)[number]
export const ENDED: readonly RampState[] = ['completed', 'rolled_back', 'killed', 'superseded', 'cancelled']
