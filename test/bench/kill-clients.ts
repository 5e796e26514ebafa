import { createClient } from '@rampart/node'

/*
 * The SDKs of the kill benchmark, in a process of their own. Sends one message when all are ready, and then one each
 * time all of them serve the same: the moment, on the machine's monotonic clock, at which the last one changed.
 */
const [url = '', key = '', flag = '', count = '0'] = process.argv.slice(2)

const clients = Array.from({ length: Number(count) }, () =>
  createClient({ url, key, cacheFile: false, logger: 'silent' }),
)
await Promise.all(clients.map((client) => client.ready()))

let allServe = false
const serving = new Set<number>()
for (const [i, client] of clients.entries()) {
  client.on('change', () => {
    if (client.isEnabled(flag, 'someone')) serving.add(i)
    else serving.delete(i)
    if (serving.size !== (allServe ? 0 : clients.length)) return
    allServe = !allServe
    process.send?.(String(process.hrtime.bigint()))
  })
}
process.send?.('ready')
process.once('disconnect', () => process.exit(0))
