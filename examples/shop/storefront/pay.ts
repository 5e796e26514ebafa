import { find } from './find.ts'

/** Pays once in the name of this shopper, and says how it went. */
export async function pay(shopper: string, button: HTMLButtonElement): Promise<void> {
  button.disabled = true
  const outcome = find('#outcome', HTMLElement)
  outcome.textContent = 'Paying …'
  try {
    const response = await fetch(`/checkout?shopper=${encodeURIComponent(shopper)}`, { method: 'POST' })
    const { paid, checkout } = (await response.json()) as { readonly paid: boolean; readonly checkout: string }
    outcome.dataset['paid'] = String(paid)
    outcome.textContent = paid
      ? `Paid in the ${checkout} checkout. Thank you, ${shopper}!`
      : `That did not work in the ${checkout} checkout. Nothing was paid.`
  } catch {
    outcome.textContent = 'The shop does not answer. Nothing was paid.'
  } finally {
    button.disabled = false
  }
}
