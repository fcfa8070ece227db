import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib'
import type { Transform } from 'node:stream'
import type { ContentCoding } from '#domain'
import { BodyPieces } from '#platform'

/** What a body that came with a Content-Encoding turns out to be. */
export type DecodedBody =
  | { readonly kind: 'decoded'; readonly body: Uint8Array }
  | { readonly kind: 'malformed_encoding'; readonly detail: string }
  | { readonly kind: 'payload_too_large'; readonly detail: string }
  /** All bodies together take as much memory as they may. */
  | { readonly kind: 'overloaded' }

export interface DecodeLimits {
  readonly bytesMax: number
  /** Asks for room for what comes out; false if there is none. */
  readonly claim: (bytes: number) => boolean
}

/** Events compress to a tenth, long lists of equal ones to a fiftieth: what grows more is made to grow. Small bodies may. */
const RATIO_MAX = 100
const ANY_RATIO_BYTES_MAX = 1024 * 1024
/** The largest window that senders of zstd may ask a receiver for (RFC 9659); Node would give it sixteen times as much memory. */
const ZSTD_WINDOW_LOG_MAX = 23
const CHUNK_BYTES = 64 * 1024
/** Each has a window of up to 16 MiB beside what it gives, and there are four threads that do the work. */
const AT_ONCE_MAX = 4

let underWay = 0
const waiting: (() => void)[] = []

/** Undoes a coding while others have their turns: the work is done by threads of Node's. Never rejects. */
export async function decodeBody(body: Uint8Array, coding: ContentCoding, limits: DecodeLimits): Promise<DecodedBody> {
  if (underWay >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve))
  else underWay++
  try {
    return await decode(body, coding, limits)
  } finally {
    // Who waits takes the place over.
    const next = waiting.shift()
    if (next === undefined) underWay--
    else next()
  }
}

async function decode(body: Uint8Array, coding: ContentCoding, { bytesMax, claim }: DecodeLimits): Promise<DecodedBody> {
  const growthMax = Math.max(ANY_RATIO_BYTES_MAX, RATIO_MAX * body.length)
  const pieces = new BodyPieces(claim)
  const decoder = decoderFor(coding, body)
  const ended = body.length === 0 ? decoder.end() : decoder.end(body)
  try {
    for await (const chunk of ended as AsyncIterable<Buffer>) {
      const length = pieces.length + chunk.length
      if (length > bytesMax) return tooLarge(`The body has more than ${bytesMax} bytes once its Content-Encoding is undone.`)
      if (length > growthMax)
        return tooLarge(`The body grows to more than ${RATIO_MAX} times its size once its Content-Encoding is undone.`)
      if (!pieces.add(chunk)) return { kind: 'overloaded' }
    }
    return { kind: 'decoded', body: await pieces.whole() }
  } catch (error) {
    return { kind: 'malformed_encoding', detail: `The body is not ${coding}, as its Content-Encoding says: ${(error as Error).message}.` }
  }
}

function tooLarge(detail: string): DecodedBody {
  return { kind: 'payload_too_large', detail }
}

function decoderFor(coding: ContentCoding, body: Uint8Array): Transform {
  const options = { chunkSize: CHUNK_BYTES }
  switch (coding) {
    case 'gzip':
      return createGunzip(options)
    case 'deflate':
      return hasZlibHeader(body) ? createInflate(options) : createInflateRaw(options)
    case 'br':
      return createBrotliDecompress(options)
    case 'zstd':
      return createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } })
  }
}

/** RFC 9110 means zlib's format by `deflate`; some senders leave its header away, and every browser takes both. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0
}
