import type { Id } from '@rampart/core'
import { and, asc, eq, lte } from 'drizzle-orm'
import type { Db } from '../engine.ts'
import type { Delivery, DeliveryOutcome, StoredAlert } from '../store.ts'

/** The alert and one delivery for each webhook of its project; nothing when the same was said before. */
export async function putAlert({ q, t }: Db, alert: StoredAlert): Promise<void> {
  const added = await q
    .insert(t.alerts)
    .values({ id: alert.id, ramp: alert.ramp, seq: alert.seq, kind: alert.kind, body: alert })
    .onConflictDoNothing({ target: [t.alerts.ramp, t.alerts.seq, t.alerts.kind] })
    .returning({ id: t.alerts.id })
  if (added.length === 0) return

  const webhooks = await q.select({ id: t.webhooks.id }).from(t.webhooks).where(eq(t.webhooks.project, alert.project))
  if (webhooks.length === 0) return
  await q.insert(t.deliveries).values(
    webhooks.map((webhook) => ({
      id: `${alert.id}.${webhook.id}`,
      alert: alert.id,
      webhook: webhook.id,
      dueAt: alert.at,
      attempt: 0,
    })),
  )
}

export async function claimDelivery({ q, t }: Db, now: number, leaseMs: number): Promise<Delivery | undefined> {
  const [due] = await q
    .select({ id: t.deliveries.id, attempt: t.deliveries.attempt, alert: t.alerts.body, webhook: t.webhooks.body })
    .from(t.deliveries)
    .innerJoin(t.alerts, eq(t.alerts.id, t.deliveries.alert))
    .innerJoin(t.webhooks, eq(t.webhooks.id, t.deliveries.webhook))
    .where(lte(t.deliveries.dueAt, now))
    .orderBy(asc(t.deliveries.dueAt), asc(t.deliveries.id))
    .limit(1)
  if (due === undefined) return undefined

  const claimed = await q
    .update(t.deliveries)
    .set({ dueAt: now + leaseMs, attempt: due.attempt + 1 })
    .where(and(eq(t.deliveries.id, due.id), eq(t.deliveries.attempt, due.attempt)))
    .returning({ attempt: t.deliveries.attempt })
  return claimed[0] && { ...due, attempt: claimed[0].attempt }
}

export async function settleDelivery({ q, t }: Db, id: Id, outcome: DeliveryOutcome, now: number): Promise<void> {
  const [settled] = await q
    .update(t.deliveries)
    .set({ dueAt: outcome.ok ? null : outcome.retryAt })
    .where(eq(t.deliveries.id, id))
    .returning({ webhook: t.deliveries.webhook })
  if (settled === undefined) return
  await q
    .update(t.webhooks)
    .set({
      lastDelivery: {
        at: new Date(now).toISOString(),
        ok: outcome.ok,
        status: outcome.status,
        error: outcome.ok ? null : outcome.error,
      },
    })
    .where(eq(t.webhooks.id, settled.webhook))
}
