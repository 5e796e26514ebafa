import type { Snapshot } from '@rampart/core'
import { z } from 'zod'

/** A snapshot as SDKs read it: `docs/protocol.md` says what is in it. */
export const snapshot = z.custom<Snapshot>((value) => typeof value === 'object' && value !== null)
