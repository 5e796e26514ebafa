import type { BrowserClient, Details, Reason, Status } from '@rampart/browser'
import { FLAG } from '../src/flag.ts'
import { find } from './find.ts'

/** Positions are whole numbers below this. */
const POSITIONS = 2 ** 32

/** Shows the checkout that this shopper meets, and why. */
export function showCheckout(flags: BrowserClient, shopper: string): void {
  const answer = flags.details(FLAG, false)
  find('#looking', HTMLElement).hidden = true
  for (const section of document.querySelectorAll<HTMLElement>('[data-checkout]')) {
    section.hidden = section.dataset['checkout'] !== (answer.value ? 'new' : 'old')
  }
  find('#value', HTMLElement).textContent = String(answer.value)
  find('#name', HTMLElement).textContent = shopper
  find('#reason', HTMLElement).textContent = reasonOf(answer)
  showStanding(answer, shopper)
}

function showStanding({ position }: Details<boolean>, shopper: string): void {
  find('#standing', HTMLElement).hidden = position === undefined
  if (position === undefined) return
  const percent = (100 * position) / POSITIONS
  find('#stander', HTMLElement).textContent = shopper
  find('#percent', HTMLOutputElement).value = `${percent.toFixed(2)}%`
  find('#position', HTMLMeterElement).value = percent
}

const REASONS: Partial<Record<Reason, string>> = {
  killed: 'somebody has killed the flag',
  off: 'the flag is switched off',
  default: 'that is what everybody gets',
}

function reasonOf({ reason, rule, error, value }: Details<boolean>): string {
  if (error) return error.message
  if (reason === 'rollout') return `the rollout has ${value ? 'reached' : 'not reached'} this shopper`
  if (reason === 'rule') return `the rule “${rule?.id ?? ''}” says so`
  return REASONS[reason] ?? reason
}

const STATUS: Record<Status, string> = {
  starting: 'Connecting to Rampart …',
  ready: 'Connected: a change shows here at once, without a reload.',
  stale: 'Rampart is not reached. The last known answers stay in use.',
  offline: 'This page was given no key to ask Rampart with.',
  closed: 'No longer connected.',
}

export function showStatus(status: Status): void {
  const line = find('#link', HTMLElement)
  line.dataset['status'] = status
  line.textContent = STATUS[status]
}
