import { connect as connectTcp, type LookupFunction, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type SecureContext } from 'node:tls'
import { openTunnel, type Proxy } from './proxy-tunnel.ts'
import { closedEarly, ready } from './socket-ready.ts'
import type { Target } from './target.ts'

export interface SocketRequest {
  readonly target: Target
  /** All vetted, at least one; the only addresses that are connected to. */
  readonly addresses: readonly string[]
  readonly trust: () => SecureContext
  readonly proxy: Proxy | undefined
  readonly signal: AbortSignal
  /** The handshake begins. */
  readonly onSecuring: () => void
}

export interface OpenedSocket {
  readonly socket: Socket
  readonly address: string
}

/** A connection to a vetted address, with TLS where the target asks for it. Rejects with the network's own error. */
export async function openSocket(request: SocketRequest): Promise<OpenedSocket> {
  const { target, addresses, proxy, signal } = request
  const plain =
    proxy === undefined ? await openDirect(request) : await openTunnel({ proxy, address: addresses[0]!, port: target.port, signal })
  const address = proxy === undefined ? plain.remoteAddress : addresses[0]
  if (address === undefined) throw closedEarly()
  // The kernel has the last word on where the connection leads.
  if (!addresses.includes(address)) {
    plain.destroy()
    throw new Error('the connection does not lead to a vetted address')
  }
  if (!target.secure) return { socket: plain, address }
  request.onSecuring()
  return { socket: await secure(plain, request), address }
}

function openDirect({ target, addresses, signal }: SocketRequest): Promise<Socket> {
  const shared = { port: target.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
  const socket =
    addresses.length === 1
      ? connectTcp({ ...shared, host: addresses[0]! })
      : // Node tries them in turn, a short time each; this look-up keeps it from asking DNS again.
        connectTcp({ ...shared, host: target.hostname, autoSelectFamily: true, lookup: vettedLookup(addresses) })
  return ready(socket, 'connect', signal)
}

function vettedLookup(addresses: readonly string[]): LookupFunction {
  return (_hostname, _options, answer) => {
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}

function secure(plain: Socket, { target, trust, signal }: SocketRequest): Promise<Socket> {
  const socket = connectTls({
    socket: plain,
    secureContext: trust(),
    ALPNProtocols: ['http/1.1'],
    ...(target.literal ? {} : { servername: withoutDot(target.hostname) }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(withoutDot(target.hostname), certificate),
  })
  return ready(socket, 'secureConnect', signal)
}

function withoutDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}
