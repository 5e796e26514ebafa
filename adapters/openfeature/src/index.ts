export { contextOf } from './context.ts'
export { type Given, resolutionOf } from './resolution.ts'
