import type { Socket } from 'node:net'

/** Resolves at the event, rejects at an error or an early end; on abort the socket is destroyed. */
export function ready<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off(event, onReady).off('error', onError).off('close', onClose)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const fail = (error: unknown) =>
      settle(() => {
        // A destroyed socket may still report an error, which nobody waits for any more.
        socket.on('error', () => {})
        socket.destroy()
        reject(error)
      })
    const onReady = () => settle(() => resolve(socket))
    const onError = (error: Error) => fail(error)
    const onClose = () => fail(closedEarly())
    const onAbort = () => fail(signal.reason)
    socket.on(event, onReady).on('error', onError).on('close', onClose)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** The error of a connection that ended before it served its purpose. */
export function closedEarly(): Error {
  return Object.assign(new Error('the connection closed early'), { code: 'ECONNRESET' })
}
