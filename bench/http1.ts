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
      const headEnd = bytes.indexOf('\r\n\r\n', at)
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
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)
  if (length) return start + Number(length[1])
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return start
  const last = bytes.indexOf('0\r\n\r\n', start)
  return last < 0 ? -1 : last + 5
}
