import type { OutgoingHttpHeader } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { endBody } from '../body/body-at-hand.ts'
import { handedOn } from '../young-garbage.ts'
import type { Exchange } from './write-answer.ts'

/** An answer whose bytes are read while they are written. */
export interface StreamedAnswer {
  readonly status: number
  /** Names and values in turn. Taken over: `Content-Length` and `Connection` are added. */
  readonly headers: OutgoingHttpHeader[]
  readonly stream: ByteStream
}

export interface ByteStream {
  readonly length: number
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * Writes bytes as they are read, no faster than they are taken. What fails before the first is thrown, so that there is still an answer;
 * behind it the connection ends, by which the caller knows that something is missing.
 */
export async function writeStream(
  { request, response }: Exchange,
  { status, headers: head, stream }: StreamedAnswer,
  { close = false }: { readonly close?: boolean },
): Promise<void> {
  const pieces = stream.bytes[Symbol.asyncIterator]()
  const first = request.method === 'HEAD' || stream.length === 0 ? undefined : await pieces.next()
  head.push('Content-Length', String(stream.length))
  if (close) head.push('Connection', 'close')
  endBody(request)
  response.writeHead(status, head)
  if (first === undefined) return void response.end()
  try {
    await pipeline(Readable.from(rest(first, pieces)), response)
  } finally {
    // Who goes away in the middle, or was gone before, leaves no file open.
    await pieces.return?.()
  }
}

async function* rest(first: IteratorResult<Uint8Array>, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let one = first; one.done !== true; one = await pieces.next()) {
    handedOn(one.value.length)
    yield one.value
  }
}
