import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http'
import { endBody } from '../body/body-at-hand.ts'
import type { Clock } from '../clock.ts'

/** One request and the response to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** All of an answer, as it is to be written. */
export interface WholeAnswer {
  readonly status: number
  /** Names and values in turn. Taken over: `Content-Length` and `Connection` are added. */
  readonly headers: OutgoingHttpHeader[]
  /** Text stays text: Node then writes head and body in one call, which is a tenth of the whole. */
  readonly payload: string | Uint8Array
}

export interface WriteOptions {
  readonly clock: Clock
  /** The connection ends with this answer. */
  readonly close?: boolean
  /** Nothing more of the request is read, whatever it says of its length. */
  readonly unread?: boolean
}

/** A body that nobody read is dropped by Node up to here, and the connection kept; a larger one costs more than a new connection. */
const UNREAD_BYTES_MAX = 64 * 1024

/** Writes an answer of either plane: head, body, and what becomes of the connection. */
export function writeAnswer(
  { request, response }: Exchange,
  { status, headers: head, payload }: WholeAnswer,
  { clock, close = false, unread = isUnread(request) }: WriteOptions,
): void {
  // RFC 9110 8.6: these have no content, whatever a HEAD of the same would say.
  if (status !== 204 && status !== 304) head.push('Content-Length', String(Buffer.byteLength(payload)))
  if (close || unread) head.push('Connection', 'close')
  if (!unread) endBody(request)
  response.writeHead(status, head)
  if (unread) endAndClose({ request, response }, { payload, clock })
  else response.end(payload)
}

function isUnread(request: IncomingMessage): boolean {
  if (request.complete) return false
  const { 'transfer-encoding': coding, 'content-length': length = '0' } = request.headers
  return coding !== undefined || Number(length) > UNREAD_BYTES_MAX
}

/** So much, and so long, is read on after a refusal, so that the caller comes to read the answer instead of a reset. */
const LINGER_BYTES_MAX = 4 * 1024 * 1024
const LINGER_MS = 2000

/**
 * Ends a response whose request is still arriving, and closes the connection. The whole answer is written first; then what
 * still comes is read and dropped for a moment: closing at once would make the kernel reset the connection, and many clients
 * would lose the answer.
 */
function endAndClose(
  { request, response }: Exchange,
  { payload, clock }: Pick<WholeAnswer, 'payload'> & Pick<WriteOptions, 'clock'>,
): void {
  if (payload.length > 0 && request.method !== 'HEAD') response.write(payload)
  else response.flushHeaders()
  let left = LINGER_BYTES_MAX
  const timer = clock.after(LINGER_MS, () => response.end())
  const end = () => {
    timer.cancel()
    response.end()
  }
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) end()
  })
  request.on('end', end).on('close', end).resume()
}
