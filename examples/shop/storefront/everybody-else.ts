import { find } from './find.ts'

interface Figures {
  readonly shoppers: number
  readonly failed: number
}

const EVERY_MS = 2_000

/** Keeps the shop's figures up to date while somebody looks at them. */
export function followEverybodyElse(): void {
  void look()
  setInterval(() => {
    if (document.visibilityState === 'visible') void look()
  }, EVERY_MS)
}

async function look(): Promise<void> {
  try {
    const [figures, { defect }] = await Promise.all([
      ask<Record<'old' | 'new', Figures>>('/figures'),
      ask<{ readonly defect: boolean }>('/defect'),
    ])
    show('old', figures.old)
    show('new', figures.new)
    find('#defect', HTMLElement).textContent = defect
      ? 'The new checkout has its defect: it fails five times as often.'
      : 'The new checkout is healthy.'
  } catch {
    find('#defect', HTMLElement).textContent = 'The shop does not answer.'
  }
}

async function ask<T>(address: string): Promise<T> {
  return (await (await fetch(address)).json()) as T
}

function show(which: 'old' | 'new', { shoppers, failed }: Figures): void {
  const share = shoppers === 0 ? '–' : `${((100 * failed) / shoppers).toFixed(1)}%`
  const texts = [shoppers.toLocaleString('en'), failed.toLocaleString('en'), share]
  const cells = document.querySelectorAll(`[data-figures="${which}"] td`)
  for (const [index, text] of texts.entries()) cells[index]?.replaceChildren(text)
}
