import type { Propagation } from '@rampart/contract/admin'
import type { Revision } from '@rampart/core'
import type { EnvironmentRef } from '../store/store.ts'
import type { Instances } from './instances.ts'

/** Acknowledgements of a large fleet arrive in bursts: they are counted together. */
const LOOK_AGAIN_MS = 5

/** Answers as soon as everyone who is there holds the change, and at the latest when the limit is reached. */
export function waitUntilHeld(
  instances: Instances,
  ref: EnvironmentRef,
  change: { readonly needed: Revision; readonly committedAt: number | undefined },
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Propagation> {
  return new Promise((resolve) => {
    let again: NodeJS.Timeout | undefined
    const finish = (): void => {
      clearTimeout(limit)
      clearTimeout(again)
      signal?.removeEventListener('abort', finish)
      stop()
      resolve(instances.propagation(ref, change))
    }
    const look = (): void => {
      again = undefined
      const { instances: all, holding } = instances.propagation(ref, change)
      if (holding === all) finish()
    }
    const stop = instances.onChange(ref, () => {
      again ??= setTimeout(look, LOOK_AGAIN_MS)
    })
    const limit = setTimeout(finish, timeoutMs)
    signal?.addEventListener('abort', finish, { once: true })
    if (signal?.aborted === true) finish()
    else look()
  })
}
