/** Things that happened on one day of the viewer's zone. */
export interface Day<T> {
  readonly day: string
  readonly items: readonly T[]
}

/** Groups what is already in the order of time by the day it happened on; `today` and `yesterday` are called so. */
export function byDay<T extends { readonly at: string }>(items: readonly T[], now: number): readonly Day<T>[] {
  const days: { day: string; items: T[] }[] = []
  for (const item of items) {
    const day = sayDay(Date.parse(item.at), now)
    const last = days.at(-1)
    if (last?.day === day) last.items.push(item)
    else days.push({ day, items: [item] })
  }
  return days
}

function sayDay(at: number, now: number): string {
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  const date = DATE.format(at)
  if (date === DATE.format(now)) return 'Today'
  return date === DATE.format(yesterday) ? 'Yesterday' : date
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
