import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/**
 * Sends requests as bytes, also such as no HTTP client would send, over a few kept connections; answers with their statuses, in
 * order. A connection that the server ends is made anew.
 */
export async function sendRaw(port: number, requests: readonly Buffer[], connections = 8): Promise<number[]> {
  const statuses: number[] = []
  let next = 0
  const work = async () => {
    let socket: Socket | undefined
    for (let i = next++; i < requests.length; i = next++) {
      if (!socket || socket.destroyed || socket.readableEnded) socket = await opened(port)
      const { status, kept } = await exchange(socket, requests[i]!)
      statuses[i] = status
      if (!kept) socket.destroy()
    }
    socket?.destroy()
  }
  await Promise.all(Array.from({ length: connections }, work))
  return statuses
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  // What the server resets after its answer has been read is no fault of the test.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

function exchange(socket: Socket, request: Buffer): Promise<{ readonly status: number; readonly kept: boolean }> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const done = (kept: boolean) => {
      socket.off('data', hear).off('close', ended)
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1])
      if (Number.isNaN(status)) reject(new Error(`No answer to ${JSON.stringify(request.toString('latin1').slice(0, 500))}`))
      else resolve({ status, kept })
    }
    const ended = () => done(false)
    const hear = (chunk: Buffer) => {
      heard += chunk.toString('latin1')
      const head = heard.indexOf('\r\n\r\n')
      // An answer without a body does not say how long it is.
      const length = heard.startsWith('HTTP/1.1 204') ? '0' : /\r\ncontent-length: (\d+)/i.exec(heard)?.[1]
      if (head === -1 || length === undefined || heard.length < head + 4 + Number(length)) return
      done(!/\r\nconnection: close/i.test(heard.slice(0, head)))
    }
    socket.on('data', hear).on('close', ended)
    socket.write(request)
  })
}
