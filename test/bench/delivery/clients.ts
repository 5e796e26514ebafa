import { connect, type Socket } from 'node:net'

/*
 * Streams of the delivery benchmark, in a process of their own, over plain sockets: ten thousand SDKs would measure
 * themselves. Each reads the events it is sent, and parses those that change something, as an SDK does. A connection that
 * ends is opened again within a second; a refusal is obeyed.
 */

export type ToClients =
  /** Open so many streams more. */
  | { readonly ask: 'open'; readonly count: number }
  /** Say when every stream has had one change more. */
  | { readonly ask: 'change' }
  /** Say when every stream was served again after its connection ended. */
  | { readonly ask: 'served' }
  | { readonly ask: 'close' }

/** Times are nanoseconds of the machine's monotonic clock, in decimal, since they cross processes. */
export type FromClients =
  | { readonly told: 'open'; readonly put: string }
  | {
      readonly told: 'change'
      readonly p50: string
      readonly p99: string
      readonly last: string
      readonly event: string
    }
  | { readonly told: 'served'; readonly last: string; readonly refused: number }
  | { readonly told: 'closed' }

interface Stream {
  socket: Socket
  isWanted: boolean
  isServed: boolean
  held: string | undefined
  changes: number
  changedAt: bigint
  /** What came of an event that is not there as a whole. */
  rest: string
}

const AT_ONCE = 200
const AGAIN_WITHIN_MS = 1_000

const [address = '', key = ''] = process.argv.slice(2)
const { hostname, port } = new URL(address)
const streams: Stream[] = []
let served = 0
let changed = 0
let wanted = 0
let put = ''
let event = ''
let refused = 0
let onServed: (() => void) | undefined

process.on('message', (message: ToClients) => {
  switch (message.ask) {
    case 'open':
      return void openMore(message.count)
    case 'change':
      wanted += 1
      changed = streams.filter(({ changes }) => changes >= wanted).length
      return tellChange()
    case 'served':
      onServed = () => tell({ told: 'served', last: String(process.hrtime.bigint()), refused })
      return
    case 'close':
      for (const stream of streams.splice(0)) {
        stream.isWanted = false
        stream.socket.destroy()
      }
      served = 0
      wanted = 0
      return tell({ told: 'closed' })
  }
})
process.once('disconnect', () => process.exit(0))

async function openMore(count: number): Promise<void> {
  for (let left = count; left > 0; left -= AT_ONCE) {
    const opened = Array.from({ length: Math.min(left, AT_ONCE) }, () => open())
    await Promise.all(opened)
  }
  tell({ told: 'open', put })
}

function open(): Promise<void> {
  return new Promise((resolve) => {
    const stream: Stream = {
      socket: dial(),
      isWanted: true,
      isServed: false,
      held: undefined,
      changes: wanted,
      changedAt: 0n,
      rest: '',
    }
    streams.push(stream)
    attend(stream, resolve)
  })
}

function dial(held?: string): Socket {
  const socket = connect({ host: hostname, port: Number(port) })
  const id = held === undefined ? '' : `last-event-id: ${held}\r\n`
  socket.write(
    `GET /sdk/v1/stream HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${key}\r\naccept: text/event-stream\r\n${id}\r\n`,
  )
  return socket
}

function attend(stream: Stream, isOpen: () => void): void {
  const { socket } = stream
  let isRefused = 0
  socket.on('error', () => undefined) // a refused or reset connection is followed by its close
  socket.on('data', (bytes) => {
    const text = stream.rest + bytes.toString('latin1')
    if (!stream.isServed && text.startsWith('HTTP/1.1 503')) {
      refused += 1
      isRefused = Number(/retry-after: (\d+)/i.exec(text)?.[1] ?? 1) * 1_000
      socket.destroy()
      return
    }
    const end = text.lastIndexOf('\n\n')
    stream.rest = end === -1 ? text : text.slice(end + 2)
    if (end === -1) return
    read(stream, text.slice(0, end + 2))
    if (stream.isServed) return
    stream.isServed = true
    served += 1
    isOpen()
    if (served === streams.length) onServed?.()
  })
  socket.on('close', () => {
    if (stream.isWanted) again(stream, isOpen, isRefused)
  })
}

function again(stream: Stream, isOpen: () => void, askedMs: number): void {
  if (stream.isServed) served -= 1
  stream.isServed = false
  stream.rest = ''
  setTimeout(
    () => {
      stream.socket = dial(stream.held)
      attend(stream, isOpen)
    },
    askedMs + Math.random() * AGAIN_WITHIN_MS,
  )
}

/** What changes something is parsed, as whoever applies it must. */
function read(stream: Stream, text: string): void {
  if (put === '' && text.includes('event: put')) put = text.slice(text.indexOf('id: '))
  stream.held = /(?:^|\n)id: (\d+)\n(?!.*\nid: )/s.exec(text)?.[1] ?? stream.held
  for (let at = text.indexOf('event: patch'); at !== -1; at = text.indexOf('event: patch', at + 1)) {
    const begin = text.indexOf('data: ', at) + 'data: '.length
    const { revision } = JSON.parse(text.slice(begin, text.indexOf('\n\n', begin)))
    if (stream.changes === 0 || event === '')
      event = `id: ${revision}\n${text.slice(at, text.indexOf('\n\n', begin) + 2)}`
    stream.changes += 1
    stream.changedAt = process.hrtime.bigint()
    if (stream.changes === wanted) {
      changed += 1
      tellChange()
    }
  }
}

function tellChange(): void {
  if (wanted === 0 || changed !== streams.length) return
  const times = new BigUint64Array(streams.map(({ changedAt }) => changedAt)).sort()
  const at = (share: number): string => String(times[Math.min(times.length - 1, Math.floor(times.length * share))])
  tell({ told: 'change', p50: at(0.5), p99: at(0.99), last: at(1), event })
}

function tell(message: FromClients): void {
  process.send?.(message)
}
