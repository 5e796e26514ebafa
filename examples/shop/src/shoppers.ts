/** How often a group of shoppers arrives. */
const EVERY_MS = 50

/**
 * An endless supply of shoppers who were never here before.
 * @param perSecond how many arrive in a second; when the process was busy, the missed ones come later, not never.
 * @returns the way to stop.
 */
export function sendShoppers(perSecond: number, purchase: (shopper: string) => void): () => void {
  const started = performance.now()
  // new ones after a restart too, so that nobody is counted as having come back
  const family = Date.now().toString(36)
  let sent = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1000) * perSecond)
    for (; sent < due; sent += 1) purchase(`shopper-${family}-${sent}`)
  }, EVERY_MS)
  return () => clearInterval(timer)
}
