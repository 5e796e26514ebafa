import { z } from 'zod'
import { changed, key, page, text } from './primitives.ts'

/** A part of a layer, in hundred-thousandths of its units, `[from, to)`, that a flag has in an environment. */
export const layerOwner = z.object({ environment: key, flag: key, from: z.int(), to: z.int() })
export type LayerOwner = z.infer<typeof layerOwner>

/** Traffic that flags share out among themselves: a unit is in the part of at most one of them. */
export const layer = z.object({
  key,
  name: z.string(),
  /** What places units in the layer; fixed at creation, because another one would give every unit another place. */
  seed: z.string(),
  owners: z.array(layerOwner),
  /** Also raised when a flag takes a part or gives it back. */
  version: z.int(),
})
export type Layer = z.infer<typeof layer>

/** `seed` defaults to the key, and can only be given when the layer is made. */
export const putLayer = z.strictObject({ name: text(200).optional(), seed: text(128).min(1).optional() })

export const layerPage = page(layer)
export const layerChanged = changed(layer)
