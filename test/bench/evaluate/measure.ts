import { floor, UNITS } from './world.ts'

/** One question about the person at an index. */
export type Question = (index: number) => unknown

export interface Measured {
  readonly nanoseconds: number
  /** As a multiple of the floor, timed in turns with it in the same process. */
  readonly ratio: number
  readonly bytes: number
}

const ROUND_MS = 0.35
const WARM_UP = 0.5
/** Engines compile a hot function in the background, on a busy machine not at once; the floor must have been. */
const FLOOR_WARM_UP_MS = 250

const bare = floor()
let bareCalls: number | undefined
/** A busy machine interrupts the most rounds, and slows none of the quickest: of these it is not the one quickest. */
const QUANTILE = 0.1

/**
 * Takes about twice `spanMs`. `isAsync`: the question answers with a promise, and is asked again when that is settled.
 */
export async function measure(question: Question, isAsync: boolean, spanMs: number): Promise<Measured> {
  const subject = (calls: number) => (isAsync ? askedAsync(question, calls) : asked(question, calls))
  const [mine, floors]: [number[], number[]] = [[], []]
  const calls = await calibrated(subject, spanMs * WARM_UP)
  bareCalls ??= await calibrated((count) => asked(bare, count), FLOOR_WARM_UP_MS)
  const end = performance.now() + spanMs
  while (performance.now() < end || mine.length < 30) {
    mine.push(await subject(calls))
    floors.push(asked(bare, bareCalls))
  }
  const nanoseconds = quantile(mine)
  return { nanoseconds, ratio: nanoseconds / quantile(floors), bytes: await bytesPerCall(subject, nanoseconds) }
}

/**
 * Warms up, and gives how many calls make a round. By the quickest that was seen: a round that was cut short by an
 * interrupted one before it would measure the reading of the time.
 */
async function calibrated(subject: (calls: number) => number | Promise<number>, ms: number): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY
  let calls = 4
  for (const end = performance.now() + ms; performance.now() < end; ) {
    quickest = Math.min(quickest, await subject(calls))
    calls = Math.max(4, Math.min(100_000, Math.round((ROUND_MS * 1e6) / quickest)))
  }
  return calls
}

/** Nanoseconds a call. The answers are used, so that no compiler can leave the work out. */
function asked(question: Question, calls: number): number {
  let given = 0
  const start = performance.now()
  for (let call = 0; call < calls; call++) if (question(call & (UNITS - 1)) !== undefined) given += 1
  const end = performance.now()
  if (given !== calls) throw new Error(`${given} of ${calls} questions were answered`)
  return ((end - start) / calls) * 1e6
}

async function askedAsync(question: Question, calls: number): Promise<number> {
  let given = 0
  const start = performance.now()
  for (let call = 0; call < calls; call++) if ((await question(call & (UNITS - 1))) !== undefined) given += 1
  const end = performance.now()
  if (given !== calls) throw new Error(`${given} of ${calls} questions were answered`)
  return ((end - start) / calls) * 1e6
}

/** What the heap grows by, the least of several times: whatever else runs in the process can only add to it. */
async function bytesPerCall(
  subject: (calls: number) => number | Promise<number>,
  nanoseconds: number,
): Promise<number> {
  const count = Math.max(4, Math.min(20_000, Math.round(2e7 / nanoseconds)))
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < 6; time++) {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await subject(count)
    least = Math.min(least, process.memoryUsage().heapUsed - before)
  }
  // Asking for the memory, and the round's own numbers, take a few hundred bytes.
  return Math.max(0, least - 1_000) / count
}

export function quantile(times: readonly number[], at = QUANTILE): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * at)] ?? Number.NaN
}
