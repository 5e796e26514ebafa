export { EVERYONE_ELSE } from './model.ts'
