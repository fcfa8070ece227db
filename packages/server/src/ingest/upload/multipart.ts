import { Dicer } from '@fastify/busboy'
import type { Readable } from 'node:stream'
import type { PartHeaders } from './part-head.ts'

/** The value of the boundary parameter of `multipart/form-data`; undefined if the type is another one, null if it names none that can be. */
export function boundaryOf(contentType: string | undefined): string | null | undefined {
  if (contentType === undefined || !/^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType)) return undefined
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain ?? ''
  // RFC 2046, 5.1.1.
  return /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary) ? boundary : null
}

/** What a part brings. `headers` is undefined where its head does not end. */
export interface Part {
  readonly headers: PartHeaders | undefined
  readonly content: AsyncIterable<Buffer>
}

/** Pieces of a body; undefined behind the last. */
export interface Pieces {
  next(): Promise<Uint8Array | undefined>
}

const HEADERS_MAX = 30
const HEAD_BYTES_MAX = 16 * 1024
/** Of one part, between its sender and its file. */
const HELD_BYTES_MAX = 128 * 1024
/** Full of the smallest parts that can be, they take a few milliseconds. */
const STEP_BYTES = 16 * 1024

/** Thrown where the bytes are not a form. */
export class MalformedFormError extends Error {}

/**
 * Takes a body apart as it comes, one part after the other: no more of it is read than `take` has asked for, but for a piece or two.
 * Rejects with `MalformedFormError`, or with what `pieces` or `take` reject with.
 */
export async function readParts(pieces: Pieces, boundary: string, take: (part: Part) => Promise<void>): Promise<void> {
  const config = { boundary, maxHeaderPairs: HEADERS_MAX, maxHeaderSize: HEAD_BYTES_MAX, partHwm: HELD_BYTES_MAX }
  const dicer = new Dicer(config)
  const failure = Promise.withResolvers<never>()
  // Heard at the next write; there may be none.
  failure.promise.catch(() => undefined)
  let taken = Promise.resolve()
  dicer.on('error', ({ message }) => failure.reject(new MalformedFormError(`${message}.`)))
  dicer.on('part', (stream: Readable) => {
    let headers: PartHeaders | undefined
    stream.on('header', (of: PartHeaders) => (headers = of))
    // Reported by the parser as well, which is where it is heard.
    stream.on('error', () => undefined)
    taken = taken.then(async () => {
      const content = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
      // Its head may still be on its way; it is here before the first of the content, or the part ends without one.
      const first = await content.next()
      return take({ headers, content: from(first, content) })
    })
    taken.catch((error: unknown) => failure.reject(error as Error))
  })
  // A write that brought the last of a part, of which enough was held, together with the end of the form is answered by this event only.
  let isOver = false
  let goOn: (() => void) | undefined
  dicer.on('finish', () => {
    isOver = true
    goOn?.()
  })
  const written = (piece: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      goOn = resolve
      dicer.write(piece, (error) => (error ? reject(error) : resolve()))
    })

  for (let piece = await pieces.next(); piece !== undefined; piece = await pieces.next()) {
    for (let at = 0; at < piece.length && !isOver; at += STEP_BYTES)
      await Promise.race([written(piece.subarray(at, at + STEP_BYTES)), failure.promise])
  }
  if (!isOver) await Promise.race([new Promise<void>((resolve) => void dicer.end(resolve)), failure.promise])
  // That the form has no end is reported in the turn behind the end of the bytes.
  await Promise.race([new Promise(setImmediate), failure.promise])
  await Promise.race([taken, failure.promise])
}

async function* from<T>(first: IteratorResult<T>, others: AsyncIterator<T>): AsyncGenerator<T> {
  for (let one = first; one.done !== true; one = await others.next()) yield one.value
}
