import { isIP, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'
import { answerOf, type AnswerRead, type ProxyCredentials, type WayAsked } from './proxy-answer.ts'
import { ProxyError } from './proxy-error.ts'

/** Of RFC 1928 and, for credentials, RFC 1929. */
const SOCKS = 5
const CONNECT = 1
const NO_CREDENTIALS = 0
const CREDENTIALS = 2
const FORM = { ipv4: 1, name: 3, ipv6: 4 }

/** What is said of one host: no way to its network or to it, refused, too far, no such form of address; and 1, anything at all. */
const OF_HOST: readonly number[] = [1, 3, 4, 5, 6, 8]

/** Asks a SOCKS5 proxy for a way; from then on the socket leads there. Destroys it if there is none. */
export async function askBySocks(socket: Socket, { address, port, credentials, signal }: WayAsked): Promise<void> {
  try {
    const methods = credentials === undefined ? [NO_CREDENTIALS] : [NO_CREDENTIALS, CREDENTIALS]
    socket.write(Buffer.from([SOCKS, methods.length, ...methods]))
    const method = await answerOf(socket, signal, (received) => readByte(received, SOCKS))
    if (!methods.includes(method)) throw new ProxyError('proxy_refused', 'It asks for other credentials.')
    if (method === CREDENTIALS) await signIn(socket, credentials!, signal)
    socket.write(Buffer.from([SOCKS, CONNECT, 0, ...formOf(address), port >> 8, port & 0xff]))
    const reply = await answerOf(socket, signal, readReply)
    if (reply !== 0)
      throw new ProxyError('proxy_refused', `It answered with reply ${reply} of SOCKS.`, { mayBeHost: OF_HOST.includes(reply) })
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function signIn(socket: Socket, { username, password }: ProxyCredentials, signal: AbortSignal): Promise<void> {
  socket.write(Buffer.from([1, ...withLength(username), ...withLength(password)]))
  const status = await answerOf(socket, signal, (received) => readByte(received, 1))
  if (status !== 0) throw new ProxyError('proxy_refused', 'It refused the user or the password.')
}

/** Answers of two bytes: a version and what it says. */
function readByte(received: Buffer, version: number): AnswerRead<number> | undefined {
  if (received[0] !== version) throw new ProxyError('proxy_failed', 'Its answer is not SOCKS5.')
  return received.length < 2 ? undefined : { value: received[1]!, end: 2 }
}

/** The reply stands before the address that the proxy sends from, which says nothing to us. */
function readReply(received: Buffer): AnswerRead<number> | undefined {
  if (received[0] !== SOCKS) throw new ProxyError('proxy_failed', 'Its answer is not SOCKS5.')
  if (received.length < 5) return undefined
  const form = received[3]
  const end = 6 + (form === FORM.ipv4 ? 4 : form === FORM.ipv6 ? 16 : 1 + received[4]!)
  return received.length < end ? undefined : { value: received[1]!, end }
}

function formOf(address: string): number[] {
  if (isIP(address) === 0) return [FORM.name, ...withLength(address)]
  return [isIP(address) === 6 ? FORM.ipv6 : FORM.ipv4, ...ipaddr.parse(address).toByteArray()]
}

function withLength(text: string): number[] {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw new ProxyError('proxy_refused', 'SOCKS takes no more than 255 bytes of a name.')
  return [bytes.length, ...bytes]
}
