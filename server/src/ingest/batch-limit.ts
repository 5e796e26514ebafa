import type { AppContext } from '../http/app-env.ts'

/** 2 MiB: more than a full tally writes. */
export const BATCH_LIMIT: number = 2 << 20

/** A body that does not say how long it is takes the room of the longest; one that lies is cut off when it is read. */
export function announcedBytes(c: AppContext): number {
  const announced = Number(c.req.header('content-length'))
  return announced >= 0 && announced <= BATCH_LIMIT ? announced : BATCH_LIMIT
}
