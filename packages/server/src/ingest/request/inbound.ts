import type { IncomingMessage } from 'node:http'
import type { ContentCoding, RequestId } from '#domain'
import { beginningAtHand } from '#platform'
import type { DecodedBody } from '../body/decode-body.ts'
import type { Caller } from '../gate/addresses.ts'
import type { BodyRead } from '../http/body.ts'
import { clientCertificateOf, type ClientCertificate } from '../http/client-certificate.ts'
import type { ArrivalLimits, ArrivingPieces } from '../upload/arriving-pieces.ts'
import type { ReceivedForm } from '../upload/received-form.ts'
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
  /** What its connection showed; asked for by few listeners, so it is read when it is. */
  readonly certificate: ClientCertificate
  /** The URL as the sender knows it: the configured public one. */
  readonly url: string
  /** Reads it once; every call after the first returns the same. */
  body(bytesMax: number): Promise<BodyRead>
  /** Of a body that nobody reads: what came with the head, up to so many bytes. */
  beginning(bytesMax: number): Uint8Array | undefined
  /** Reads it piece by piece, in the place of `body`. */
  arriving(limits: Pick<ArrivalLimits, 'bytesMax' | 'pace'>): ArrivingPieces
  /** Asks for room in memory for so many bytes, until it is answered; false if there is none. */
  readonly claim: (bytes: number) => boolean
  /** Undoes the coding of its body once, for what is judged twice; where it is known already there is no promise. */
  decoded(body: Uint8Array, coding: ContentCoding, bytesMax: number): DecodedBody | Promise<DecodedBody>
  /** A multipart form that was read of it. It is judged again with the same, and what becomes of its files is decided once. */
  form: ReceivedForm | null
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
  readonly arriving: Inbound['arriving']
  readonly claim: Inbound['claim']
  readonly decode: (body: Uint8Array, coding: ContentCoding, bytesMax: number) => Promise<DecodedBody>
}

export function readInbound(request: IncomingMessage, context: InboundContext): Inbound {
  const target = request.url ?? ''
  const mark = target.indexOf('?')
  let body: Promise<BodyRead> | undefined
  let decoded: { readonly of: Uint8Array; readonly bytesMax: number; readonly is: DecodedBody } | undefined
  return {
    id: context.id,
    receivedAt: context.receivedAt,
    method: request.method ?? '',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: context.headers,
    rawHeaders: request.rawHeaders,
    caller: context.caller,
    get certificate() {
      return clientCertificateOf(request.socket, context.receivedAt)
    },
    url: context.publicUrl + target,
    arriving: context.arriving,
    claim: context.claim,
    beginning: (bytesMax) => beginningAtHand(request, bytesMax),
    body: (bytesMax) => (body ??= context.read(bytesMax)),
    decoded(of, coding, bytesMax) {
      if (decoded?.of === of && decoded.bytesMax === bytesMax) return decoded.is
      return context.decode(of, coding, bytesMax).then((is) => (decoded = { of, bytesMax, is }).is)
    },
    form: null,
    isGone: () => !request.socket.writable,
  }
}
