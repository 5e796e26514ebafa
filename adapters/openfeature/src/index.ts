export { contextOf } from './context.ts'
export { type Given, resolutionOf, structureLike, typed } from './resolution.ts'
