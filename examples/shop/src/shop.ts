import type { FlagClient } from '@rampart/node'
import { checkOut, type Defect, type Purchase } from './checkout.ts'
import type { Figure, Figures } from './figures.ts'
import { FLAG } from './flag.ts'

export interface Shop {
  /** One shopper checks out: the flag decides which checkout they meet, and the outcome is reported to Rampart. */
  purchase(shopper: string): Purchase
  figures(): Figures
  /** What is wrong with the new checkout; null while it is healthy. */
  defect: Defect | null
}

export function createShop(flags: FlagClient, random: () => number): Shop {
  const counts = { old: nobody(), new: nobody() }
  return {
    defect: null,
    purchase(shopper) {
      const purchase = checkOut(flags.isEnabled(FLAG, shopper), this.defect, random)
      const { checkout, outcome, ms } = purchase
      const count = counts[checkout]
      count.shoppers += 1
      count.ms += ms
      flags.observe('checkout_ms', shopper, ms)
      if (outcome === 'failed') {
        count.failed += 1
        flags.count('checkout_error', shopper)
      }
      if (outcome === 'ordered') {
        count.ordered += 1
        flags.count('order', shopper)
      }
      return purchase
    },
    figures: () => ({ old: figure(counts.old), new: figure(counts.new) }),
  }
}

function nobody() {
  return { shoppers: 0, failed: 0, ordered: 0, ms: 0 }
}

function figure({ ms, ...counts }: ReturnType<typeof nobody>): Figure {
  return { ...counts, meanMs: counts.shoppers === 0 ? null : Math.round(ms / counts.shoppers) }
}
