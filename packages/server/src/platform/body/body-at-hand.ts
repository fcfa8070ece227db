import type { IncomingMessage } from 'node:http'

/**
 * A body of so many bytes that has come as a whole and that nobody has begun to read; undefined while it is on its way. Most small ones
 * come with their head: the parser hands out the head, and goes on with what has come before it lets the microtasks run. One read then
 * saves the listeners, their removal and the flow of a stream. Whoever answers ends the request with `endBody`.
 */
export function bodyAtHand(request: IncomingMessage, length: number): Buffer | undefined {
  if (request.readableLength !== length || request.destroyed) return undefined
  return readAll(request) ?? undefined
}

/**
 * What came with its head of a body that nobody is going to read, up to so many bytes; undefined: nothing, or of a body in chunks not all
 * of it, so that nobody could tell how much is missing.
 */
export function beginningAtHand(request: IncomingMessage, bytesMax: number): Buffer | undefined {
  if (request.readableLength === 0 || request.readableDidRead || request.destroyed) return undefined
  if (request.headers['transfer-encoding'] !== undefined && !request.complete) return undefined
  const arrived = readAll(request)
  // A copy: it is kept behind the answer, and would keep all that came.
  return arrived === null ? undefined : Buffer.from(arrived.subarray(0, bytesMax))
}

/** All that has come: without a number `read` hands out one piece, and a body is in as many as it came in. */
function readAll(request: IncomingMessage): Buffer | null {
  return request.read(request.readableLength) as Buffer | null
}

/** Before the answer: the stream of a body that was at hand has not been asked for its end, without which it is never let go. */
export function endBody(request: IncomingMessage): void {
  if (!request.readableDidRead || request.readableEnded) return
  if (request.complete) request.read(0)
  else request.resume()
}
