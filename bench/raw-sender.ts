import { connect, type Socket } from 'node:net'
import { messagesOf } from './http1.ts'

/** Sends requests over sockets of its own, one at a time on each: what sending costs at the very least. */
export interface RawSender {
  /** Calls `done` with the answer, or when the connection broke. The connection must be free. */
  send(head: string, body: Buffer, done: () => void): void
}

interface Connection {
  readonly socket: Socket
  done: (() => void) | undefined
}

/** At most as many are under way as the caller lets be. */
export function createRawSender(port: number): RawSender {
  const free: Connection[] = []

  const open = (): Connection => {
    const connection: Connection = { socket: connect(port, '127.0.0.1').setNoDelay(true), done: undefined }
    const end = (isFree: boolean): void => {
      const { done } = connection
      connection.done = undefined
      if (isFree) free.push(connection)
      done?.()
    }
    connection.socket.on(
      'data',
      messagesOf(() => end(true)),
    )
    connection.socket.on('error', () => {})
    connection.socket.on('close', () => {
      const place = free.indexOf(connection)
      if (place >= 0) free.splice(place, 1)
      end(false)
    })
    return connection
  }

  return {
    send(head, body, done) {
      const connection = free.pop() ?? open()
      connection.done = done
      connection.socket.cork()
      connection.socket.write(head, 'latin1')
      connection.socket.write(body)
      connection.socket.uncork()
    },
  }
}
