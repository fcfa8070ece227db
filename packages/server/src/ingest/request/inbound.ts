import type { IncomingMessage } from 'node:http'
import type { RequestId } from '#domain'
import type { Caller } from '../gate/addresses.ts'
import type { BodyRead } from '../http/body.ts'
import type { Headers } from './headers.ts'

/** A request as it stands at the door: its head is read, its body is not. */
export interface Inbound {
  readonly id: RequestId
  readonly receivedAt: number
  readonly method: string
  readonly path: string
  /** As received, without the question mark. */
  readonly query: string
  readonly headers: Headers
  /** Node's flat list, in order and as spelt. */
  readonly rawHeaders: readonly string[]
  readonly caller: Caller
  /** The URL as the sender knows it: the configured public one. */
  readonly url: string
  /** Reads it once; every call after the first returns the same. */
  body(bytesMax: number): Promise<BodyRead>
  /** Whether its connection has ended, so that no answer reaches anybody. */
  isGone(): boolean
}

export interface InboundContext {
  readonly id: RequestId
  readonly receivedAt: number
  readonly publicUrl: string
  readonly headers: Headers
  readonly caller: Caller
  readonly read: (bytesMax: number) => Promise<BodyRead>
}

export function readInbound(request: IncomingMessage, context: InboundContext): Inbound {
  const target = request.url ?? ''
  const mark = target.indexOf('?')
  let body: Promise<BodyRead> | undefined
  return {
    id: context.id,
    receivedAt: context.receivedAt,
    method: request.method ?? '',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: context.headers,
    rawHeaders: request.rawHeaders,
    caller: context.caller,
    url: context.publicUrl + target,
    body: (bytesMax) => (body ??= context.read(bytesMax)),
    isGone: () => !request.socket.writable,
  }
}
