import type { Flag } from '@rampart/contract/admin'
import { AppError } from '../app-error.ts'
import type { Store, StoredEnvironment } from '../store/store.ts'
import { clientSideAskers, tellsRules, untoldIn } from './client-side.ts'
import { invalid } from './rules.ts'
import { askersOf, type Users, usersOf } from './uses.ts'

/** A patch of a flag that is to be written. */
export interface Patched {
  readonly project: string
  readonly environments: readonly StoredEnvironment[]
  readonly before: Flag
  readonly after: Flag
}

/** One flag is not ramping in more environments at once. */
const MOST_RAMPS = 1_000

/**
 * Throws when the rest of the project does not allow the patch: somebody relies on what is to go (`in_use`, `ramp_active`),
 * or browsers cannot be told what they are to be told (`invalid`). Returns whether that was a question at all.
 */
export async function checkPatch(store: Store, patch: Patched): Promise<boolean> {
  const { project, before, after } = patch
  const isArchived = before.archivedAt === null && after.archivedAt !== null
  const gone = before.variations.filter(({ key }) => after.variations.every((kept) => kept.key !== key))
  const isOtherAudience = tellsRules(before) !== tellsRules(after)
  if (!isArchived && gone.length === 0 && !isOtherAudience) return false
  const configs = await store.configs(project)
  const active = await store.ramps({ project, flag: before.key, active: true, limit: MOST_RAMPS })
  const users: Users = { configs, ramps: active.map(({ ramp }) => ramp) }
  if (isArchived) requireFlagUnused(before.key, users)
  for (const { key } of gone) requireVariationUnused(before.key, key, users)
  if (isOtherAudience) await requireTellable(store, patch, users)
  return true
}

function requireFlagUnused(flag: string, { configs, ramps: [ramp] }: Users): void {
  if (ramp !== undefined) {
    throw new AppError('ramp_active', `A ramp is active on ${flag} in ${ramp.environment}; nothing was changed.`, {
      hint: 'Roll the ramp back, or let it end.',
      current: { id: ramp.id },
    })
  }
  refuseUsed(`${flag} is a prerequisite of`, askersOf(flag, configs))
}

function requireVariationUnused(flag: string, variation: string, users: Users): void {
  refuseUsed(`Variation ${variation} of ${flag} is used by`, usersOf(flag, variation, users))
}

async function requireTellable(
  store: Store,
  { project, environments, before, after }: Patched,
  { configs }: Users,
): Promise<void> {
  const flags = (await store.flags(project)).map((flag) => (flag.key === after.key ? after : flag))
  if (!tellsRules(after)) {
    const askers = clientSideAskers(after.key, { flags, configs })
    return refuseUsed(`${after.key} is a prerequisite of flags that pages evaluate:`, askers)
  }
  const whole = { environments, flags, configs, segments: await store.segments(project) }
  const untold = untoldIn(whole, new Set([after.key]))
  if (untold.length === 0) return
  const [pointer, what] = before.clientSide
    ? ['/remoteOnly', 'cannot be false']
    : ['/clientSide', 'cannot be true unless remoteOnly is']
  throw invalid(untold.map((reason) => ({ pointer, message: `${what}: ${reason}` })))
}

function refuseUsed(what: string, users: readonly string[]): void {
  if (users.length === 0) return
  throw new AppError('in_use', `${what} ${users.join(', ')}; nothing was changed.`, { current: users })
}
