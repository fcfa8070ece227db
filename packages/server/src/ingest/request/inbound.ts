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
  return new ArrivedRequest(request, context)
}

/** A class, because making an object with getters and closures took two microseconds of every request. */
class ArrivedRequest implements Inbound {
  readonly id: RequestId
  readonly receivedAt: number
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Headers
  readonly rawHeaders: readonly string[]
  readonly caller: Caller
  readonly url: string
  readonly arriving: Inbound['arriving']
  readonly claim: Inbound['claim']
  form: ReceivedForm | null = null
  readonly #request: IncomingMessage
  readonly #context: InboundContext
  #body: Promise<BodyRead> | undefined
  #decoded: { readonly of: Uint8Array; readonly bytesMax: number; readonly is: DecodedBody } | undefined

  constructor(request: IncomingMessage, context: InboundContext) {
    const target = request.url ?? ''
    const mark = target.indexOf('?')
    this.id = context.id
    this.receivedAt = context.receivedAt
    this.method = request.method ?? ''
    this.path = mark === -1 ? target : target.slice(0, mark)
    this.query = mark === -1 ? '' : target.slice(mark + 1)
    this.headers = context.headers
    this.rawHeaders = request.rawHeaders
    this.caller = context.caller
    this.url = context.publicUrl + target
    this.arriving = context.arriving
    this.claim = context.claim
    this.#request = request
    this.#context = context
  }

  get certificate(): ClientCertificate {
    return clientCertificateOf(this.#request.socket, this.receivedAt)
  }

  body(bytesMax: number): Promise<BodyRead> {
    return (this.#body ??= this.#context.read(bytesMax))
  }

  beginning(bytesMax: number): Uint8Array | undefined {
    return beginningAtHand(this.#request, bytesMax)
  }

  decoded(of: Uint8Array, coding: ContentCoding, bytesMax: number): DecodedBody | Promise<DecodedBody> {
    if (this.#decoded?.of === of && this.#decoded.bytesMax === bytesMax) return this.#decoded.is
    return this.#context.decode(of, coding, bytesMax).then((is) => (this.#decoded = { of, bytesMax, is }).is)
  }

  isGone(): boolean {
    return !this.#request.socket.writable
  }
}
