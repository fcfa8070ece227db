import type { IncomingMessage } from 'node:http'
import { AppError } from '#domain'
import type { Arrivals, Deadlines } from '#ingest'
import { bodyAtHand, BodyPieces } from '#platform'

const EMPTY = Buffer.alloc(0)

export interface BodyLimits {
  readonly bytesMax: number
  /** From its head to its last byte. */
  readonly deadlines: Deadlines
  readonly arrivals: Arrivals
}

/** The whole body. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { bytesMax } = limits
  const declared = declaredLength(request)
  if (declared === 0) return Promise.resolve(EMPTY)
  if (declared !== undefined && declared > bytesMax) return Promise.reject(tooLarge(bytesMax))
  // Of a body in chunks each is a piece, however small.
  return declared === undefined ? readPieces(request, limits) : readDeclared(request, limits, declared)
}

async function readDeclared(request: IncomingMessage, limits: BodyLimits, length: number): Promise<Buffer> {
  await Promise.resolve()
  return bodyAtHand(request, length) ?? readPieces(request, limits)
}

function readPieces(request: IncomingMessage, { bytesMax, deadlines, arrivals }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces = new BodyPieces(() => true)
    const deadline = deadlines.set(() => stop(new AppError('body_too_slow')))
    const arrival = { request, isAwaited: () => true, giveUp: () => stop(new AppError('stopping')) }
    arrivals.begin(arrival)
    const over = () => {
      deadlines.cancel(deadline)
      arrivals.end(arrival)
    }
    const stop = (error: AppError) => {
      over()
      request.off('data', take).off('end', end).off('close', gone).pause()
      reject(error)
    }
    const take = (chunk: Buffer) => {
      if (pieces.length + chunk.length > bytesMax) stop(tooLarge(bytesMax))
      else pieces.add(chunk)
    }
    const end = () => {
      over()
      request.off('close', gone)
      resolve(pieces.whole())
    }
    const gone = () => stop(new AppError('malformed_request', { detail: 'The caller went away before its body was complete.' }))
    // Without a listener of its own an aborted request would be an uncaught error.
    request.on('error', gone).on('data', take).on('end', end).on('close', gone)
  })
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('payload_too_large', { detail: `The body has more than the ${bytesMax} bytes that this address takes.` })
}

/** Undefined for chunked bodies, 0 for none. Node has refused what is not a number. */
function declaredLength(request: IncomingMessage): number | undefined {
  if (request.headers['transfer-encoding'] !== undefined) return undefined
  return Number(request.headers['content-length'] ?? 0)
}
