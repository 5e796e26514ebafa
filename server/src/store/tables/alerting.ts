import type { Webhook } from '@rampart/contract/admin'
import type { Kit } from '../columns.ts'
import type { StoredAlert } from '../store.ts'
import type { Administration } from './administration.ts'
import type { Ramps } from './ramps.ts'

/** The outbox: an alert and its deliveries are written with what they tell of, and sent afterwards. */
export function defineAlerting(kit: Kit, { projects }: Administration, { ramps }: Ramps) {
  const webhooks = kit.table('webhooks', {
    id: kit.text('id').primaryKey(),
    project: kit
      .text('project')
      .notNull()
      .references(() => projects.key),
    lastDelivery: kit.json<NonNullable<Webhook['lastDelivery']>>('last_delivery'),
    body: kit.json<Omit<Webhook, 'lastDelivery'>>('body').notNull(),
  })

  const alerts = kit.table(
    'alerts',
    {
      id: kit.text('id').primaryKey(),
      ramp: kit
        .text('ramp')
        .notNull()
        .references(() => ramps.id),
      seq: kit.int('seq').notNull(),
      kind: kit.text('kind').notNull(),
      body: kit.json<StoredAlert>('body').notNull(),
    },
    (t) => [kit.unique('alerts_ramp_seq_kind').on(t.ramp, t.seq, t.kind)],
  )

  const deliveries = kit.table(
    'deliveries',
    {
      id: kit.text('id').primaryKey(),
      alert: kit
        .text('alert')
        .notNull()
        .references(() => alerts.id),
      webhook: kit
        .text('webhook')
        .notNull()
        .references(() => webhooks.id, { onDelete: 'cascade' }),
      /** When it is to be tried next; null when it is settled. */
      dueAt: kit.ms('due_at'),
      attempt: kit.int('attempt').notNull(),
    },
    (t) => [kit.unique('deliveries_alert_webhook').on(t.alert, t.webhook), kit.index('deliveries_due').on(t.dueAt)],
  )

  return { webhooks, alerts, deliveries }
}
