import type { FlagClient } from '@rampart/node'
import { checkOut, type Purchase } from './checkout.ts'
import { FLAG } from './flag.ts'

export interface Figures {
  readonly old: { readonly shoppers: number; readonly failed: number }
  readonly new: { readonly shoppers: number; readonly failed: number }
}

export interface Shop {
  /** One shopper checks out: the flag decides which checkout they meet, and the outcome is reported to Rampart. */
  purchase(shopper: string): Purchase
  figures(): Figures
  /** The defect of the new checkout, which makes it fail five times as often. */
  defect: boolean
}

export function createShop(flags: FlagClient, random: () => number): Shop {
  const counts = { old: { shoppers: 0, failed: 0 }, new: { shoppers: 0, failed: 0 } }
  return {
    defect: false,
    purchase(shopper) {
      const purchase = checkOut(flags.isEnabled(FLAG, shopper), this.defect, random())
      counts[purchase.checkout].shoppers += 1
      if (!purchase.paid) counts[purchase.checkout].failed += 1
      flags.count(purchase.paid ? 'order' : 'checkout_error', shopper)
      return purchase
    },
    figures: () => structuredClone(counts),
  }
}
