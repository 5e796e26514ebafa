/** The standard normal distribution function, to twelve digits: its series (Abramowitz & Stegun 26.2.11) and, in the tails, its continued fraction (26.2.14). */
export function normalBelow(z: number): number {
  if (z < 0) return 1 - normalBelow(-z)
  if (z > 38) return 1
  const density = normalDensity(z)
  if (z < 4) {
    let [sum, term] = [z, z]
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= (z * z) / k
      sum += term
    }
    return 0.5 + density * sum
  }
  return 1 - density / continued(z)
}

/** `1 - normalBelow(z)` without losing digits where it is small. */
export function normalAbove(z: number): number {
  return z < 4 ? 1 - normalBelow(z) : normalDensity(z) / continued(z)
}

function continued(z: number): number {
  let value = z
  for (let k = 60; k > 0; k -= 1) value = z + k / value
  return value
}

export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
}

/** The z above which lies this share, by halving; above 0 and below 1. */
export function normalQuantile(above: number): number {
  let [low, high] = [-39, 39]
  for (let halvings = 0; halvings < 80; halvings += 1) {
    const middle = (low + high) / 2
    if (normalAbove(middle) > above) low = middle
    else high = middle
  }
  return low
}
