import { describe } from 'vitest'
import { administrationConformance } from './conformance/administration.ts'
import { alertsConformance } from './conformance/alerts.ts'
import { atomicityConformance } from './conformance/atomicity.ts'
import { auditConformance } from './conformance/audit.ts'
import { countsConformance } from './conformance/counts.ts'
import { credentialsConformance } from './conformance/credentials.ts'
import { deliveryConformance } from './conformance/delivery.ts'
import { expectationsConformance } from './conformance/expectations.ts'
import { figuresConformance } from './conformance/figures.ts'
import type { OpenStore } from './conformance/opened.ts'
import { rampsConformance } from './conformance/ramps.ts'
import { sweepConformance } from './conformance/sweep.ts'
import { totalsConformance } from './conformance/totals.ts'

/** What every implementation of `Store` must do. `open` gives a new, empty store each time. */
export function storeConformance(name: string, open: OpenStore): void {
  describe(`${name} conforms`, () => {
    administrationConformance(open)
    credentialsConformance(open)
    expectationsConformance(open)
    atomicityConformance(open)
    auditConformance(open)
    deliveryConformance(open)
    rampsConformance(open)
    countsConformance(open)
    figuresConformance(open)
    alertsConformance(open)
    sweepConformance(open)
    totalsConformance(open)
  })
}
