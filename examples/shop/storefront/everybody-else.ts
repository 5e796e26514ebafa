import type { Defect } from '../src/checkout.ts'
import type { Figure, Figures } from '../src/figures.ts'
import { find } from './find.ts'

const EVERY_MS = 2_000

/** What is wrong with the new checkout, for people. */
const WORDS: Record<Defect, string> = {
  errors: 'it fails five times as often',
  latency: 'it takes twice as long',
  orders: 'half of its shoppers leave without an order',
}

/** Keeps the shop's figures up to date while somebody looks at them. */
export function followEverybodyElse(): void {
  void look()
  setInterval(() => {
    if (document.visibilityState === 'visible') void look()
  }, EVERY_MS)
}

async function look(): Promise<void> {
  try {
    const [figures, { kind }] = await Promise.all([
      ask<Figures>('/figures'),
      ask<{ readonly defect: boolean; readonly kind?: Defect }>('/defect'),
    ])
    show('old', figures.old)
    show('new', figures.new)
    find('#defect', HTMLElement).textContent =
      kind === undefined ? 'The new checkout is healthy.' : `The new checkout has a defect: ${WORDS[kind]}.`
  } catch {
    find('#defect', HTMLElement).textContent = 'The shop does not answer.'
  }
}

async function ask<T>(address: string): Promise<T> {
  return (await (await fetch(address)).json()) as T
}

function show(which: 'old' | 'new', { shoppers, failed, ordered, meanMs }: Figure): void {
  const share = (n: number): string => (shoppers === 0 ? '–' : `${((100 * n) / shoppers).toFixed(1)}%`)
  const took = meanMs === null ? '–' : `${meanMs} ms`
  const texts = [shoppers.toLocaleString('en'), share(failed), share(ordered), took]
  const cells = document.querySelectorAll(`[data-figures="${which}"] td`)
  for (const [index, text] of texts.entries()) cells[index]?.replaceChildren(text)
}
