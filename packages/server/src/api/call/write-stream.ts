import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { handedOn } from '#platform'
import type { Answer } from '../route.ts'

type Streamed = Answer & { readonly stream: NonNullable<Answer['stream']>; readonly close: boolean }

/**
 * Writes bytes as they are read, no faster than they are taken. What fails before the first is thrown, so that there is still an answer;
 * behind it the connection ends, by which the caller knows that something is missing.
 */
export async function writeStream(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, stream, close }: Streamed,
): Promise<void> {
  const pieces = stream.bytes[Symbol.asyncIterator]()
  const first = request.method === 'HEAD' || stream.length === 0 ? undefined : await pieces.next()
  response.writeHead(status, {
    'content-type': stream.type,
    'content-length': stream.length,
    ...headers,
    ...(close && { connection: 'close' }),
  })
  if (first === undefined) return void response.end()
  await pipeline(Readable.from(rest(first, pieces)), response)
}

async function* rest(first: IteratorResult<Uint8Array>, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let one = first; one.done !== true; one = await pieces.next()) {
      handedOn(one.value.length)
      yield one.value
    }
  } finally {
    // Who goes away in the middle leaves no file open.
    await pieces.return?.()
  }
}
