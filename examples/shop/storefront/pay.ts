import type { Purchase } from '../src/checkout.ts'
import { find } from './find.ts'

const WORDS: Record<Purchase['outcome'], (checkout: string, shopper: string) => string> = {
  ordered: (checkout, shopper) => `Paid in the ${checkout} checkout. Thank you, ${shopper}!`,
  failed: (checkout) => `That did not work in the ${checkout} checkout. Nothing was paid.`,
  left: (checkout, shopper) => `${shopper} gave up in the ${checkout} checkout. Nothing was paid.`,
}

/** Pays once in the name of this shopper, and says how it went. */
export async function pay(shopper: string, button: HTMLButtonElement): Promise<void> {
  button.disabled = true
  const line = find('#outcome', HTMLElement)
  line.textContent = 'Paying …'
  try {
    const response = await fetch(`/checkout?shopper=${encodeURIComponent(shopper)}`, { method: 'POST' })
    const { outcome, checkout } = (await response.json()) as Purchase
    line.dataset['paid'] = String(outcome === 'ordered')
    line.textContent = WORDS[outcome](checkout, shopper)
  } catch {
    line.textContent = 'The shop does not answer. Nothing was paid.'
  } finally {
    button.disabled = false
  }
}
