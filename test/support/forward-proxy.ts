import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface ForwardProxy extends AsyncDisposable {
  readonly port: number
  /** The heads of what it was asked. */
  readonly heads: readonly string[]
  /** Its ends of what is open towards callers. */
  readonly sockets: ReadonlySet<Socket>
  /** Connections that were accepted so far. */
  readonly accepted: number
  /** From now on: the answer to what it opens no way for; null says nothing at all, undefined opens one. */
  refuse(refuses: (head: string) => string | null | undefined): void
}

/**
 * A proxy for CONNECT. Wherever it is asked to go, it goes to that port of loopback: so whoever gives it public hosts shows that nothing
 * goes out beside it.
 */
export async function startForwardProxy({ tls }: { tls?: { key: string; cert: string } } = {}): Promise<ForwardProxy> {
  const heads: string[] = []
  const sockets = new Set<Socket>()
  let accepted = 0
  let refuses: (head: string) => string | null | undefined = () => undefined
  const serve = (socket: Socket): void => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      const head = data.toString()
      heads.push(head)
      const refusal = refuses(head)
      if (refusal === null) return
      if (refusal !== undefined) return void socket.end(refusal)
      const onward = connect(Number(/^CONNECT \S+:(\d+) /.exec(head)![1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
      onward.on('error', () => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'))
      socket.on('close', () => onward.destroy())
    })
  }
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve).on('tlsClientError', () => {})
  server.on('connection', (socket: Socket) => {
    accepted++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heads,
    sockets,
    get accepted() {
      return accepted
    },
    refuse: (next) => void (refuses = next),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
