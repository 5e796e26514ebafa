import type { FlagListItem } from '@rampart/contract/admin'
import { sayPercent } from './percent.ts'

export type FlagState = FlagListItem['states'][number]

/** What one cell of the flags list says: a flag in an environment. */
export type Cell =
  | { readonly kind: 'off' }
  | { readonly kind: 'killed' }
  | { readonly kind: 'share'; readonly percent: number }
  | { readonly kind: 'ramp'; readonly id: string; readonly percent: number; readonly to: number }
  | { readonly kind: 'rules'; readonly n: number }
  | { readonly kind: 'mixed' }

/** A kill outweighs the switch, the switch outweighs a ramp, a ramp outweighs the rules. */
export function cellOf(state: FlagState): Cell {
  if (state.killed) return { kind: 'killed' }
  if (!state.on) return { kind: 'off' }
  if (state.ramp !== null) return { kind: 'ramp', ...state.ramp }
  if (state.share !== null) return { kind: 'share', percent: state.share }
  if (state.rules > 0) return { kind: 'rules', n: state.rules }
  return { kind: 'mixed' }
}

/** `Off`, `On 100%`, `10%`, `Rules (3)`, `Ramp 10% ▸ 50%`, `Killed`, `Mixed`. */
export function sayCell(cell: Cell): string {
  switch (cell.kind) {
    case 'off':
      return 'Off'
    case 'killed':
      return 'Killed'
    case 'share':
      return cell.percent === 100 ? 'On 100%' : sayPercent(cell.percent)
    case 'ramp':
      return `Ramp ${sayPercent(cell.percent)} ▸ ${sayPercent(cell.to)}`
    case 'rules':
      return `Rules (${cell.n})`
    case 'mixed':
      return 'Mixed'
  }
}
