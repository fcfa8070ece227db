import { isIP, type Socket } from 'node:net'
import { ProxyError } from './proxy-error.ts'

export interface WayAsked {
  /** An address, or a name that the proxy is to resolve. */
  readonly address: string
  readonly port: number
  readonly authorization: string | undefined
  readonly signal: AbortSignal
}

const ANSWER_BYTES_MAX = 16 * 1024

/** Asks the proxy at the other end with CONNECT for a way; from then on the socket leads there. Destroys it if there is none. */
export async function askForWay(socket: Socket, { address, port, authorization, signal }: WayAsked): Promise<void> {
  const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`
  const credentials = authorization === undefined ? '' : `proxy-authorization: ${authorization}\r\n`
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credentials}\r\n`)
  const status = await answer(socket, signal)
  if (status >= 200 && status < 300) return
  socket.destroy()
  throw new ProxyError('proxy_refused', `It answered with status ${status}.`, { mayBeHost: status >= 500 })
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
        if (received.length > ANSWER_BYTES_MAX) fail(new ProxyError('proxy_failed', 'Its answer has too many headers.'))
        return
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(received.toString('latin1', 0, end))?.[1]
      if (status === undefined) return fail(new ProxyError('proxy_failed', 'Its answer is not HTTP/1.1.'))
      settle(() => {
        socket.pause()
        if (received.length > end + 4) socket.unshift(received.subarray(end + 4))
        resolve(Number(status))
      })
    }
    const onEnd = () => fail(new ProxyError('proxy_failed', 'It closed the connection without an answer.'))
    const onAbort = () => fail(signal.reason)
    socket.on('data', onData).on('error', onEnd).on('close', onEnd)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
