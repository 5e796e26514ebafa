import { randomUUID } from 'node:crypto'
import type { Ramp } from '@rampart/contract/admin'
import type { EventsBatch } from '@rampart/contract/wire'
import { addressPolicy } from '../../sources/addresses.ts'
import type { Store } from '../../store/store.ts'
import { shopServer } from '../../test-server.ts'
import { createRampDriver } from '../driver.ts'
import { createGates } from '../gates.ts'

export const CHECKOUT = { project: 'shop', environment: 'production', flag: 'checkout' } as const

/** Units by arm. */
export interface Arms {
  readonly treatment: number
  readonly control: number
}

/**
 * The whole server with the flag `checkout` switched on, so far for nobody, in production; a metric that was reported before; and
 * a driver that goes round when it is told to, with all SDK instances always up to date.
 */
export async function rampShop() {
  const server = await shopServer()
  const { api, store, clock } = server
  const made = await api.createSdkKey({ params: CHECKOUT, body: { kind: 'server', name: 'shop' } })
  const key = made.body.secret
  await api.setRollout({ params: CHECKOUT, body: { percent: 0 } })
  await api.switchFlag({ params: CHECKOUT, body: { on: true } })
  await send({ totals: [{ metric: 'checkout_error', n: 1 }] })

  let units = 0
  const failures: unknown[] = []
  const gates = createGates({ clock, policy: addressPolicy('all') })
  const driver = driverOf(failures)

  function driverOf(errors: unknown[], over: Partial<Store> = {}) {
    return createRampDriver({
      store: { ...store, ...over },
      clock,
      owner: randomUUID(),
      gates,
      fleet: {
        propagation: async () => ({ instances: 1, holding: 1, slowestMs: 1, behind: [] }),
        rampTicked: () => {},
      },
      onError: (error) => errors.push(error),
    })
  }

  async function send(part: Partial<EventsBatch>): Promise<void> {
    const batch = {
      format: 1,
      batch: randomUUID(),
      instance: randomUUID(),
      sdk: { name: 'test', version: '1' },
      revision: 1,
      spanMs: 1000,
      evaluations: [],
      ...part,
    }
    const { status, body } = await server.call('POST', '/sdk/v1/events', { token: key, body: batch })
    if (status !== 202) throw new Error(`events were refused: ${JSON.stringify(body)}`)
  }

  /** New units were met, of which the first so many failed. */
  async function meet(ramp: Ramp, met: Arms, failed: Arms): Promise<void> {
    const seen = { treatment: fresh(met.treatment), control: fresh(met.control) }
    const first = {
      metric: 'checkout_error',
      treatment: seen.treatment.slice(0, failed.treatment),
      control: seen.control.slice(0, failed.control),
    }
    const evaluations = met
    await send({ watched: [{ ramp: ramp.id, seq: ramp.seq, agoMs: 0, seen, evaluations, first: [first] }] })
  }

  function fresh(n: number): readonly string[] {
    return Array.from({ length: n }, () => {
      units += 1
      return units.toString(16).padStart(16, '0')
    })
  }

  async function look(id: string): Promise<Ramp> {
    return (await api.getRamp({ params: { project: 'shop', id } })).body
  }

  /** One round of the driver, which must not fail; then the ramp as people see it. */
  async function round(id: string): Promise<Ramp> {
    await driver.round()
    if (failures.length > 0) throw failures[0]
    return look(id)
  }

  async function percent(): Promise<number | undefined> {
    return (await api.getConfig({ params: CHECKOUT })).body.everyoneElse.rollout?.percent
  }

  async function audited(id: string): Promise<readonly string[]> {
    const page = await api.listAudit({ params: CHECKOUT, query: { subject: 'ramp', key: id } })
    return page.body.items.map(({ action }) => action).reverse()
  }

  return { ...server, gates, send, meet, look, round, percent, audited, driverOf }
}

export type RampShop = Awaited<ReturnType<typeof rampShop>>
