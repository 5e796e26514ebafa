export { contextOf } from './context.ts'
export { outcomeOf } from './outcome.ts'
export { type Given, resolutionOf } from './resolution.ts'
