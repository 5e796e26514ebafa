export type { Json } from '@rampart/contract/wire'
