/**
 * A seeded source of numbers from 0 up to 1, so that a simulation says the same every time: sfc32 of PractRand (Doty-Humphrey 2010), whose
 * 128 bits of state make that no two seeds go through the same numbers in any simulation one could wait for.
 */
export function chance(seed: number): () => number {
  // an array of whole numbers: engines would keep numbers of 32 bits in variables as objects
  const state = Int32Array.of(0x9e3779b9, seed, seed ^ 0x243f6a88, 1)
  function next(): number {
    const a = state[0] ?? 0
    const b = state[1] ?? 0
    const c = state[2] ?? 0
    const counter = state[3] ?? 0
    const sum = (a + b + counter) | 0
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + sum
    state[3] = counter + 1
    return (sum >>> 0) / 4_294_967_296
  }
  // the first numbers still show the seed
  for (let n = 0; n < 15; n += 1) next()
  return next
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

/**
 * The same where `n` and `p` are always the same and successes are many: its distribution is tabled once, and each number drawn from it
 * by halving.
 */
export function binomialOf(n: number, p: number): (random: () => number) => number {
  const atMost = new Float64Array(n + 1)
  let log = n * Math.log1p(-p)
  let sum = 0
  for (let k = 0; k <= n; k += 1) {
    sum += Math.exp(log)
    atMost[k] = sum
    log += Math.log((n - k) / (k + 1)) + Math.log(p) - Math.log1p(-p)
  }
  return (random) => {
    const at = random() * sum
    let [low, high] = [0, n]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((atMost[middle] ?? 1) > at) high = middle
      else low = middle + 1
    }
    return low
  }
}
