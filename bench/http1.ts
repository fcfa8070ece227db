const HEAD_END = Buffer.from('\r\n\r\n')
const CHUNKS_END = Buffer.from('0\r\n\r\n')
const LENGTH = /\r\ncontent-length: *(\d+)/i
const CHUNKED = /\r\ntransfer-encoding: *chunked/i
/** What is behind it differs from message to message while a peer writes its heads alike. */
const LENGTH_NAMES = ['\r\ncontent-length: ', '\r\nContent-Length: ']

/**
 * Cuts whole HTTP/1.1 messages out of a socket's bytes. Only what the programs of the bench say to each other and what Node writes:
 * a Content-Length or no body, and chunks that end within one read. It costs a tenth of a full parser, so that load and receiver leave
 * the machine to what is measured.
 */
export function messagesOf(onMessage: (head: string, body: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer | undefined
  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    rest = undefined
    let at = 0
    for (;;) {
      const headEnd = bytes.indexOf(HEAD_END, at)
      if (headEnd < 0) break
      const head = bytes.toString('latin1', at, headEnd)
      const bodyStart = headEnd + 4
      const bodyEnd = endOfBody(head, bytes, bodyStart)
      if (bodyEnd < 0 || bodyEnd > bytes.length) break
      onMessage(head, bytes.subarray(bodyStart, bodyEnd))
      at = bodyEnd
    }
    if (at < bytes.length) rest = Buffer.from(bytes.subarray(at))
  }
}

function endOfBody(head: string, bytes: Buffer, start: number): number {
  for (const name of LENGTH_NAMES) {
    const at = head.indexOf(name)
    if (at >= 0) return start + Number.parseInt(head.slice(at + name.length, at + name.length + 10), 10)
  }
  const length = LENGTH.exec(head)
  if (length) return start + Number(length[1])
  if (!CHUNKED.test(head)) return start
  const last = bytes.indexOf(CHUNKS_END, start)
  return last < 0 ? -1 : last + 5
}
