import { type Demo, inEnvironment, startDemo } from '../support/demo.ts'
import { type RunningServer, startServer, startShop } from '../support/processes.ts'
import { rampsSettle, type Seeded, seed } from './seed.ts'

/** Everything there is to look at, in real processes. */
export interface House extends Pick<Demo, 'url' | 'api' | 'signInUrl'>, Pick<Seeded, 'ramps'> {
  readonly shopUrl: string
  /** A server without any project. */
  readonly bare: Pick<RunningServer, 'signInUrl'>
  /** Ends the server, as if the machine had lost its power. */
  leave(): Promise<void>
  close(): Promise<void>
}

export async function openHouse(): Promise<House> {
  const opened: (() => Promise<void>)[] = []
  const close = async () => {
    // the servers last
    for (const end of opened.toReversed()) await end()
  }
  try {
    const demo = await startDemo()
    opened.push(() => demo.close())
    const bare = await startServer()
    opened.push(() => bare.close())
    const seeded = await seed(demo)
    opened.push(() => seeded.stop())
    const key = await demo.api.createSdkKey({ ...inEnvironment, body: { kind: 'client', name: 'Web shop, pages' } })
    const shop = await startShop({ url: demo.url, key: demo.serverKey, clientKey: key.body.secret, perSecond: 20 })
    opened.push(() => shop.close())
    await rampsSettle(demo, seeded)
    const { url, api, signInUrl } = demo
    return { url, api, signInUrl, ramps: seeded.ramps, shopUrl: shop.url, bare, leave: () => demo.kill(), close }
  } catch (error) {
    await close()
    throw error
  }
}
