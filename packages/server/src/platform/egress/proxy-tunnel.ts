import { connect, isIP, type Socket } from 'node:net'
import { ready } from './socket-ready.ts'
import { basicAuthorization } from './target.ts'

/** An HTTP proxy that the operator configured, and therefore trusts; its own address is not vetted. */
export interface Proxy {
  readonly hostname: string
  readonly port: number
  readonly authorization: string | undefined
}

/** The proxy refused, or did not answer as one. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
}

const ANSWER_BYTES_MAX = 16 * 1024

/** Reads `http://user:password@host:port`; throws on anything else. */
export function readProxy(text: string): Proxy {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'http:' || url.pathname !== '/')
    throw new Error('the egress proxy is not a URL such as http://proxy.example:3128')
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  const authorization = url.username === '' && url.password === '' ? undefined : basicAuthorization(url.username, url.password)
  return { hostname, port: Number(url.port || 80), authorization }
}

/**
 * Asks the proxy with CONNECT for a way to an address, not to a name: it is the address that was vetted, and a proxy that resolved
 * the name again could be led elsewhere. Plain http goes through the same tunnel.
 */
export async function openTunnel({
  proxy,
  address,
  port,
  signal,
}: {
  proxy: Proxy
  address: string
  port: number
  signal: AbortSignal
}): Promise<Socket> {
  const socket = await ready(connect({ host: proxy.hostname, port: proxy.port, noDelay: true, keepAlive: true }), 'connect', signal).catch(
    (error: unknown) => {
      throw signal.aborted ? error : new ProxyError(`The proxy could not be reached: ${String(error)}`)
    },
  )
  const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`
  const authorization = proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`)
  const status = await answer(socket, signal)
  if (status >= 200 && status < 300) return socket
  socket.destroy()
  throw new ProxyError(`The proxy answered with status ${status}.`)
}

/** The status of the proxy's answer. Bytes after its head belong to the tunnel and are put back. */
function answer(socket: Socket, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const settle = (act: () => void) => {
      socket.off('data', onData).off('error', onEnd).off('close', onEnd)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const fail = (error: unknown) =>
      settle(() => {
        socket.on('error', () => {})
        socket.destroy()
        reject(error)
      })
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) {
        if (received.length > ANSWER_BYTES_MAX) fail(new ProxyError('The proxy sent too many headers.'))
        return
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(received.toString('latin1', 0, end))?.[1]
      if (status === undefined) return fail(new ProxyError('The proxy did not answer in HTTP/1.1.'))
      settle(() => {
        socket.pause()
        if (received.length > end + 4) socket.unshift(received.subarray(end + 4))
        resolve(Number(status))
      })
    }
    const onEnd = () => fail(new ProxyError('The proxy closed the connection.'))
    const onAbort = () => fail(signal.reason)
    socket.on('data', onData).on('error', onEnd).on('close', onEnd)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
