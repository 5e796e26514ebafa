/** A seeded source of numbers from 0 up to 1 (mulberry32), so that a simulation says the same every time. */
export function chance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** How many of `n` trials succeed with probability `p`: by skipping from success to success, so that rare events are cheap. */
export function binomial(n: number, p: number, random: () => number): number {
  if (p <= 0 || n <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, random)
  const logMiss = Math.log1p(-p)
  let successes = -1
  let trial = 0
  while (trial <= n) {
    successes += 1
    trial += Math.floor(Math.log(1 - random()) / logMiss) + 1
  }
  return successes
}
