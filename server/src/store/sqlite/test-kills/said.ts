/** What the writer says, a line each: that the store is open, and what has been acknowledged. */
export type Said =
  | { readonly opened: true }
  | { readonly revision: number }
  /** A decision: ramp, configuration, alert and audit at once. */
  | { readonly revision: number; readonly seq: number }
  | { readonly batch: string }

/** The flag that the ramp moves; the other one is edited by people meanwhile. */
export const RAMPED = 'search'
