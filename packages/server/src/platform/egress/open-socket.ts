import type { Socket } from 'node:net'
import { connectTo, secured, type Way, type WayRequest } from './connect-to.ts'
import type { EgressProxy } from './egress-proxy.ts'
import { closedEarly } from './socket-ready.ts'

/** A connection to a vetted address, with TLS where the target asks for it. Rejects with the network's own error. */
export async function openSocket(request: WayRequest, proxy: EgressProxy | undefined): Promise<Way> {
  const { target, addresses, trust, signal, onPhase } = request
  const { hostname, port } = target
  const { socket, address } =
    proxy === undefined || proxy.bypasses(hostname, addresses)
      ? leadingTo(addresses, await connectTo({ hostname, port, addresses }, signal))
      : await proxy.open(request)
  if (!target.secure) return { socket, address }
  onPhase('tls')
  return { socket: await secured(socket, { hostname, trust, signal }), address }
}

/** The kernel has the last word on where a connection leads. */
function leadingTo(addresses: readonly string[], socket: Socket): Way {
  const address = socket.remoteAddress
  if (address === undefined) throw closedEarly()
  if (addresses.includes(address)) return { socket, address }
  socket.destroy()
  throw new Error('the connection does not lead to a vetted address')
}
