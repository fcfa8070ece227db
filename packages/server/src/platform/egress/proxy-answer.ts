import type { Socket } from 'node:net'
import { ProxyError } from './proxy-error.ts'

/** What is wanted of a proxy at the other end of a connection. */
export interface WayAsked {
  /** An address, or a name that the proxy is to resolve. */
  readonly address: string
  readonly port: number
  readonly credentials: ProxyCredentials | undefined
  readonly signal: AbortSignal
}

export interface ProxyCredentials {
  readonly username: string
  readonly password: string
}

/** An answer, and at which byte it ends. */
export interface AnswerRead<T> {
  readonly value: T
  readonly end: number
}

/**
 * The next answer of the proxy. `read` gives undefined while it is not complete, and throws a `ProxyError` on what is none: then the
 * connection is destroyed, as it is at an abort. Bytes behind the answer belong to what comes next, and are put back.
 */
export function answerOf<T>(socket: Socket, signal: AbortSignal, read: (received: Buffer) => AnswerRead<T> | undefined): Promise<T> {
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
      let answer: AnswerRead<T> | undefined
      try {
        answer = read(received)
      } catch (error) {
        return fail(error)
      }
      if (answer === undefined) return
      const { value, end } = answer
      settle(() => {
        socket.pause()
        if (received.length > end) socket.unshift(received.subarray(end))
        resolve(value)
      })
    }
    const onEnd = () => fail(new ProxyError('proxy_failed', 'It closed the connection without an answer.'))
    const onAbort = () => fail(signal.reason)
    socket.on('data', onData).on('error', onEnd).on('close', onEnd).resume()
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}
