// npm start [-- --empty]: Rampart on one port, with the tour unless --empty is given. Ends everything on Ctrl-C.
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { household } from './tour/household.mjs'
import { setUpTour } from './tour/set-up.mjs'
import { sayBare, sayTour } from './tour/words.mjs'
import { writePrivately } from './tour/write-privately.mjs'

const { values } = parseArgs({ options: { empty: { type: 'boolean', default: false } } })
const folder = resolve(process.env.RAMPART_DATA ?? 'data')
const port = process.env.PORT ?? '4280'
const bootstrapFile = join(folder, 'bootstrap.json')
const tourFile = join(folder, 'tour.json')

build()
mkdirSync(folder, { recursive: true, mode: 0o700 })
rmSync(tourFile, { force: true })
rmSync(bootstrapFile, { force: true })

console.error(values.empty ? 'starting Rampart …' : 'starting Rampart and the shop …')
const house = household()
try {
  house.start('server', 'server/dist/main.js', {
    PORT: port,
    RAMPART_DATA: folder,
    RAMPART_BOOTSTRAP_FILE: bootstrapFile,
    // for people at a terminal: what is well goes without a log line
    RAMPART_LOG: process.env.RAMPART_LOG ?? 'warn',
  })
  const bootstrap = await house.fileOf('server', bootstrapFile)
  await house.answers('server', `${bootstrap.url}/readyz`)
  if (values.empty) {
    console.log(sayBare(bootstrap))
  } else {
    const prepared = await setUpTour(bootstrap, join(folder, 'tour-keys.json'))
    const shop = house.start('shop', 'examples/shop/src/main.ts', {
      PORT: process.env.SHOP_PORT ?? String(Number(port) + 1),
      RAMPART_URL: bootstrap.url,
      RAMPART_SDK_KEY: prepared.serverSdkKey,
      RAMPART_CLIENT_KEY: prepared.clientSdkKey,
    })
    const shopUrl = await shop.says(/^shop (http:\S+)/)
    await prepared.outcomesArrive()
    const { outcomesArrive: _, ...keys } = prepared
    const tour = { ...bootstrap, ...keys, shopUrl, defectUrl: `${shopUrl}/defect` }
    writePrivately(tourFile, tour)
    console.log(sayTour(tour))
  }
} catch (error) {
  if (!house.ending) console.error(`rampart: ${error.message}`)
  await house.end(1)
}
