import { once } from 'node:events'
import { createServer as createHttpServer, request, STATUS_CODES } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What goes wrong between a client and its server. All of it is done to real sockets. */
export type Fault =
  | { readonly kind: 'none' }
  /** Nobody listens; connections that there were are cut. */
  | { readonly kind: 'refuses' }
  /** Connections are taken, and not a word is said on them. Those that there were are cut. */
  | { readonly kind: 'hangs' }
  /** Nothing passes any more on the connections there are, and neither side hears that the other is gone. New ones hang. */
  | { readonly kind: 'is half-open' }
  | { readonly kind: 'drips'; readonly bytesPerSecond: number }
  /** Each connection breaks after so many more bytes of answers, in the middle of whatever they are. */
  | { readonly kind: 'cuts'; readonly afterBytes: number }
  | { readonly kind: 'delays'; readonly ms: number }
  /** An answer is passed on when it is whole, which a stream never is. */
  | { readonly kind: 'buffers' }
  /** Whatever is asked, these bytes are the answer, and after them `endlessly`, again and again. */
  | { readonly kind: 'answers'; readonly bytes: string | Uint8Array; readonly endlessly?: Uint8Array }

export interface FaultyProxy {
  readonly url: string
  /** From now on this goes wrong, and nothing else. */
  set(fault: Fault): Promise<void>
  /** How many connections were ever made. */
  readonly connections: number
  close(): Promise<void>
}

/** An answer as a proxy in front of the server would give it. */
export function answerOf(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ]
  return { kind: 'answers', bytes: `${head.join('\r\n')}\r\n\r\n${body}` }
}

/** Stands before a server on loopback, and does to what passes what it is told to. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port: targetPort } = new URL(target)
  let fault: Fault = { kind: 'none' }
  let connections = 0
  const sockets = new Set<Socket>()

  /** Both ends fall together, and a reset is an ordinary end. */
  function keep(socket: Socket, other?: Socket): void {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      if (fault.kind !== 'is half-open') other?.destroy()
    })
  }

  function pass(near: Socket): void {
    const far = connect(Number(targetPort), hostname)
    keep(near, far)
    keep(far, near)
    const send = throttled(near, () => fault)
    near.on('data', (bytes) => {
      if (fault.kind !== 'is half-open') far.write(bytes)
    })
    far.on('data', send)
  }

  const collecting = createHttpServer((incoming, outgoing) => {
    const passed = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers: incoming.headers })
    passed.on('response', (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(parts)))
      answer.on('error', () => outgoing.destroy())
    })
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  })

  const server = createServer((near) => {
    connections += 1
    switch (fault.kind) {
      case 'hangs':
      case 'is half-open':
        keep(near)
        break
      case 'buffers':
        keep(near)
        collecting.emit('connection', near)
        break
      case 'answers':
        keep(near)
        near.once('data', answering(near, fault))
        break
      case 'none':
      case 'refuses':
      case 'drips':
      case 'cuts':
      case 'delays':
        pass(near)
    }
  })

  function cutAll(): void {
    for (const socket of sockets) socket.destroy()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    async set(next) {
      fault = next
      if (next.kind === 'refuses' || next.kind === 'hangs' || next.kind === 'buffers' || next.kind === 'answers')
        cutAll()
      if (next.kind === 'refuses' && server.listening) {
        server.close()
        await once(server, 'close')
      }
      if (next.kind !== 'refuses' && !server.listening) {
        server.listen(port, '127.0.0.1')
        await once(server, 'listening')
      }
    },
    async close() {
      fault = { kind: 'none' }
      cutAll()
      if (server.listening) {
        server.close()
        await once(server, 'close')
      }
    },
  }
}

const DRIP_MS = 20

/** Writes to the client as the fault of the moment has it. */
function throttled(near: Socket, fault: () => Fault): (bytes: Buffer) => void {
  let passed = 0
  let last: Fault | undefined
  let turn: Promise<void> = Promise.resolve()
  const drip = dripping(near)
  const afterwards = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())
  return (bytes) => {
    const now = fault()
    if (now !== last) passed = 0
    last = now
    switch (now.kind) {
      case 'is half-open':
        break
      case 'cuts':
        near.write(bytes.subarray(0, now.afterBytes - passed))
        passed += bytes.length
        if (passed >= now.afterBytes) near.destroySoon()
        break
      case 'delays':
        turn = turn.then(() => afterwards(now.ms)).then(() => void near.write(bytes))
        break
      case 'drips':
        turn = turn.then(() => drip(bytes, now.bytesPerSecond))
        break
      case 'none':
      case 'refuses':
      case 'hangs':
      case 'buffers':
      case 'answers':
        turn = turn.then(() => void near.write(bytes))
    }
  }
}

/** Passes on what the time since the last drop allows, so that a busy machine does not slow it down further. */
function dripping(near: Socket): (bytes: Buffer, bytesPerSecond: number) => Promise<void> {
  return (bytes, bytesPerSecond) =>
    new Promise((resolve) => {
      let rest = bytes
      let at = performance.now()
      const timer = setInterval(() => {
        const now = performance.now()
        const n = Math.ceil(((now - at) * bytesPerSecond) / 1_000)
        at = now
        near.write(rest.subarray(0, n))
        rest = rest.subarray(n)
        if (rest.length > 0 && !near.destroyed) return
        clearInterval(timer)
        resolve()
      }, DRIP_MS).unref()
    })
}

function answering(near: Socket, { bytes, endlessly }: Extract<Fault, { kind: 'answers' }>): () => void {
  return () => {
    if (endlessly === undefined) {
      near.end(bytes)
      return
    }
    const more = (): void => {
      while (!near.destroyed && near.write(endlessly));
    }
    near.on('drain', more)
    near.write(bytes)
    more()
  }
}
