/**
 * The half-normal mixture of `exp(lambda U - lambda² V / 2)`, the one-sided form of Robbins' boundary: evidence that a sum `U` with
 * variance `V` drifts upwards. For sums that are normal it is an e-process; for others asymptotically so, as the variance grows
 * (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, Ann. Statist. 2024).
 *
 * @param rho2 fixed before the first term; see `tuningFor`
 * @returns the natural logarithm
 */
export function logNormalMixture(u: number, v: number, rho2: number): number {
  const spread = 1 + rho2 * v
  const z = Math.sqrt(rho2 / spread) * u
  return Math.LN2 - Math.log(spread) / 2 + (z * z) / 2 + logPhi(z)
}

/** The `rho2` whose boundary is lowest where the variance is `v`: best for what is to be found about then. */
export function tuningFor(alpha: number, v: number): number {
  const log = -2 * Math.log(2 * alpha)
  return (log + Math.log(1 + log)) / v
}

/** The sum at which the mixture reaches `logNeeded` (above 0) when its variance is `v`. */
export function boundaryAt(v: number, rho2: number, logNeeded: number): number {
  let low = 0
  let high = Math.sqrt(((1 + rho2 * v) / rho2) * 2 * (logNeeded + Math.log(1 + rho2 * v) + 1))
  for (let halvings = 0; halvings < 60; halvings += 1) {
    const middle = (low + high) / 2
    if (logNormalMixture(middle, v, rho2) >= logNeeded) high = middle
    else low = middle
  }
  return high
}

/** The log of the normal distribution function, to seven digits also where the function itself vanishes. */
function logPhi(z: number): number {
  if (z > 0) return Math.log1p(-Math.exp(logPhi(-z)))
  return logErfc(-z / Math.SQRT2) - Math.LN2
}

/** Chebyshev fit of the complementary error function for x >= 0; Press et al., Numerical Recipes, 6.2. */
function logErfc(x: number): number {
  const t = 1 / (1 + x / 2)
  return Math.log(t) - x * x + FIT.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
}

const FIT: readonly number[] = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
]
