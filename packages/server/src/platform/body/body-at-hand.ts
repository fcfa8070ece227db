import type { IncomingMessage } from 'node:http'

/**
 * A body of so many bytes that has come as a whole and that nobody has begun to read; undefined while it is on its way. Most small ones
 * come with their head: the parser hands out the head, and goes on with what has come before it lets the microtasks run. One read then
 * saves the listeners, their removal and the flow of a stream. Whoever answers ends the request with `endBody`.
 */
export function bodyAtHand(request: IncomingMessage, length: number): Buffer | undefined {
  if (request.readableLength !== length || request.destroyed) return undefined
  return (request.read() as Buffer | null) ?? undefined
}

/** Before the answer: the stream of a body that was at hand has not been asked for its end, without which it is never let go. */
export function endBody(request: IncomingMessage): void {
  if (!request.readableDidRead || request.readableEnded) return
  if (request.complete) request.read(0)
  else request.resume()
}
