import type { IncomingMessage } from 'node:http'
import { bodyAtHand, BodyPieces, PIECE_BYTES } from '#platform'
import { firstHeader, type Headers } from '../request/headers.ts'
import type { Arrivals } from './arrivals.ts'
import type { Deadlines } from './deadlines.ts'

export type BodyRead =
  | { readonly kind: 'read'; readonly body: Buffer }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'too_slow' }
  /** All bodies together take as much memory as they may. */
  | { readonly kind: 'no_room' }
  /** The process stops, and the sender has fallen silent. */
  | { readonly kind: 'stopping' }
  /** The caller went away; there is nobody to answer. */
  | { readonly kind: 'aborted' }

export interface BodyLimits {
  readonly bytesMax: number
  /** From now to the last byte. */
  readonly deadlines: Deadlines
  readonly arrivals: Arrivals
  /** Asks for room for what has come; false if there is none. */
  readonly claim: (bytes: number) => boolean
}

const EMPTY = Buffer.alloc(0)

/** The length that the caller declares; undefined for chunked bodies, 0 for none. Node has refused what is not a number. */
export function declaredLength(headers: Headers): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined
  return Number(firstHeader(headers, 'content-length') ?? 0)
}

/** Reads the whole body, or as much as it takes to know that it is too large. Never rejects. */
export function readBody(request: IncomingMessage, headers: Headers, limits: BodyLimits): Promise<BodyRead> {
  const length = declaredLength(headers)
  if (length === 0) return Promise.resolve({ kind: 'read', body: EMPTY })
  if (length !== undefined && length > limits.bytesMax) return Promise.resolve({ kind: 'too_large' })
  // Of a body in chunks each is a piece, however small.
  return length === undefined ? readPieces(request, limits) : readDeclared(request, limits, length)
}

async function readDeclared(request: IncomingMessage, limits: BodyLimits, length: number): Promise<BodyRead> {
  await Promise.resolve()
  const body = bodyAtHand(request, length)
  if (body === undefined) return readPieces(request, limits)
  return limits.claim(body.length + PIECE_BYTES) ? { kind: 'read', body } : { kind: 'no_room' }
}

function readPieces(request: IncomingMessage, limits: BodyLimits): Promise<BodyRead> {
  return new Promise((resolve) => {
    const pieces = new BodyPieces(limits.claim)
    let settled = false
    const deadline = limits.deadlines.set(() => settle({ kind: 'too_slow' }))
    const arrival = { request, isAwaited: () => true, giveUp: () => settle({ kind: 'stopping' }) }
    limits.arrivals.begin(arrival)
    const over = () => {
      settled = true
      limits.deadlines.cancel(deadline)
      limits.arrivals.end(arrival)
    }
    const settle = (read: BodyRead) => {
      if (settled) return
      over()
      // At its end a request needs no more of this: nothing but `close` can follow.
      if (read.kind !== 'read') request.off('data', take).off('end', end).off('close', gone).pause()
      resolve(read)
    }
    const take = (chunk: Buffer) => {
      if (pieces.length + chunk.length > limits.bytesMax) settle({ kind: 'too_large' })
      else if (!pieces.add(chunk)) settle({ kind: 'no_room' })
    }
    const end = () => {
      if (settled) return
      const whole = pieces.whole()
      if (!('then' in whole)) return settle({ kind: 'read', body: whole })
      over()
      resolve(whole.then((body) => ({ kind: 'read', body })))
    }
    const gone = () => settle({ kind: 'aborted' })
    // Without a listener of its own an aborted request would be an uncaught error.
    request.on('error', gone)
    request.on('data', take).on('end', end).on('close', gone)
  })
}
