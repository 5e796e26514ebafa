import type { Evidence } from './ramps.ts'

/** How a change is told: a ratio of rates, a distance between them, or a part of 1. */
export type ChangeAs = NonNullable<Evidence['change']>['as']

/** Writes a change as it was found: `4.8×`, `+1.1pp`, `−12%`. Never for an end of an interval, which is not rounded to the nearest. */
export function sayChange(as: ChangeAs, value: number): string {
  return written(as, value, Math.round)
}

/** Writes the lower end of an interval, rounded down, so that it never says more than is known: `2.3×` for 2.39. */
export function sayLeast(as: ChangeAs, value: number): string {
  return written(as, value, (scaled) => Math.floor(scaled + ALMOST))
}

/** Writes the upper end of an interval, rounded up for the same reason: `1.2×` for 1.12. */
export function sayMost(as: ChangeAs, value: number): string {
  return written(as, value, (scaled) => Math.ceil(scaled - ALMOST))
}

/** What a decimal loses in binary: 2.3 times ten is a little less than 23. */
const ALMOST = 1e-9

function written(as: ChangeAs, value: number, rounded: (scaled: number) => number): string {
  switch (as) {
    case 'ratio': {
      const places = value >= 10 ? 0 : value >= 1 ? 1 : 2
      return `${inPlaces(value, places, rounded)}×`
    }
    case 'points':
      return `${signed(inPlaces(value * 100, 2, rounded))}pp`
    case 'percent':
      return `${signed(inPlaces(value * 100, 1, rounded))}%`
  }
}

function inPlaces(value: number, places: number, rounded: (scaled: number) => number): number {
  return rounded(value * 10 ** places) / 10 ** places
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value)}`
}
