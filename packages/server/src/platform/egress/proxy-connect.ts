import { isIP, type Socket } from 'node:net'
import { answerOf, type AnswerRead, type WayAsked } from './proxy-answer.ts'
import { ProxyError } from './proxy-error.ts'

const HEAD_BYTES_MAX = 16 * 1024

/** Asks an HTTP proxy with CONNECT for a way; from then on the socket leads there. Destroys it if there is none. */
export async function askByConnect(socket: Socket, { address, port, credentials, signal }: WayAsked): Promise<void> {
  const authority = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`
  const basic = credentials && Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
  const authorization = basic === undefined ? '' : `proxy-authorization: Basic ${basic}\r\n`
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`)
  const status = await answerOf(socket, signal, readStatus)
  if (status >= 200 && status < 300) return
  socket.destroy()
  throw new ProxyError('proxy_refused', `It answered with status ${status}.`, { mayBeHost: status >= 500 })
}

function readStatus(received: Buffer): AnswerRead<number> | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) {
    if (received.length > HEAD_BYTES_MAX) throw new ProxyError('proxy_failed', 'Its answer has too many headers.')
    return undefined
  }
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(received.toString('latin1', 0, end))?.[1]
  if (status === undefined) throw new ProxyError('proxy_failed', 'Its answer is not HTTP/1.1.')
  return { value: Number(status), end: end + 4 }
}
