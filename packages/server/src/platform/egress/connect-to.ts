import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type SecureContext } from 'node:tls'
import type { Phase } from './failure-of.ts'
import { ready } from './socket-ready.ts'
import type { Target } from './target.ts'

/** A way that is wanted. */
export interface WayRequest {
  readonly target: Target
  /** All vetted, at least one; the only addresses that are connected to. Where the proxy resolves: the name. */
  readonly addresses: readonly string[]
  readonly trust: () => SecureContext
  readonly signal: AbortSignal
  /** What begins after the first connection. */
  readonly onPhase: (phase: Phase) => void
}

/** One that is open. */
export interface Way {
  readonly socket: Socket
  /** Of `addresses`, the one that it leads to. */
  readonly address: string
}

/** A host that is connected to, and the addresses that its name stands for: at least one. */
export interface Peer {
  readonly hostname: string
  readonly port: number
  readonly addresses: readonly string[]
}

/** A connection to one of the addresses. Rejects with the network's own error. */
export function connectTo({ hostname, port, addresses }: Peer, signal: AbortSignal): Promise<Socket> {
  const shared = { port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
  const socket =
    addresses.length === 1
      ? connectTcp({ ...shared, host: addresses[0]! })
      : // Node tries them in turn, a short time each; this look-up keeps it from asking DNS again.
        connectTcp({ ...shared, host: hostname, autoSelectFamily: true, lookup: knownLookup(addresses) })
  return ready(socket, 'connect', signal)
}

/** TLS over a connection that stands, to whoever has a certificate for the host. */
export function secured(
  plain: Socket,
  { hostname, trust, signal }: { hostname: string; trust: () => SecureContext; signal: AbortSignal },
): Promise<Socket> {
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  const socket = connectTls({
    socket: plain,
    secureContext: trust(),
    ALPNProtocols: ['http/1.1'],
    ...(isIP(name) === 0 && { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  })
  return ready(socket, 'secureConnect', signal)
}

function knownLookup(addresses: readonly string[]): LookupFunction {
  return (_hostname, _options, answer) => {
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}
