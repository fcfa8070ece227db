import type { Socket } from 'node:net'

const INTERIM = 'HTTP/1.1 1'
const CONTINUE = 'HTTP/1.1 100'
const HEAD_END = '\r\n\r\n'
const [FIRST_DIGIT, LAST_DIGIT] = [INTERIM.length - 1, CONTINUE.length - 1]
const [ONE, THREE] = [0x31, 0x33]

/**
 * Has undici take "100 Continue" that nobody asked for as the interim response that it is, to be passed over as HTTP has it: undici ends the
 * connection there, but counts others of the class. So those among the heads that are read say 103 where `isAwaited`, which is while nothing of the
 * response has come, or interim ones have. One that comes in two pieces is not seen; they are 25 bytes.
 */
export function passContinue(socket: Socket, isAwaited: () => boolean): void {
  const read = socket.read.bind(socket)
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size)
    if (chunk instanceof Uint8Array && chunk.length > LAST_DIGIT && chunk[FIRST_DIGIT] === ONE && isAwaited()) rewrite(chunk)
    return chunk
  }
}

function rewrite(chunk: Uint8Array): void {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  for (let at = 0; at < bytes.length;) {
    const begins = bytes.toString('latin1', at, at + CONTINUE.length)
    if (!begins.startsWith(INTERIM)) return
    if (begins === CONTINUE) bytes[at + LAST_DIGIT] = THREE
    const end = bytes.indexOf(HEAD_END, at)
    if (end < 0) return
    at = end + HEAD_END.length
  }
}
