import { afterEach, beforeEach } from 'vitest'
import type { Store } from '../store.ts'
import { foundShop } from './makers.ts'

export interface OpenedStore {
  readonly store: Store
  /** Closes the store as a shutdown does, and opens the same data again. */
  reopen(): Promise<Store>
  /** Closes whatever is open and throws the data away. */
  close(): Promise<void>
}

export type OpenStore = () => Promise<OpenedStore>

/** For each test of the describe block around it, a store of its own with `foundShop` in it. */
export function shopInEachTest(open: OpenStore): { readonly store: Store; reopen(): Promise<Store> } {
  let opened: OpenedStore | undefined
  const current = (): OpenedStore => {
    if (opened === undefined) throw new Error('a store is only open inside a test')
    return opened
  }
  beforeEach(async () => {
    opened = await open()
    await foundShop(opened.store)
  })
  afterEach(async () => {
    await opened?.close()
    opened = undefined
  })
  return {
    get store() {
      return current().store
    },
    reopen: () => current().reopen(),
  }
}
