import type { IncomingMessage } from 'node:http'
import { headerText, isAlwaysSecret, isAscii, isCredentialParameter, mayCarryCredential, REDACTED, type RequestId } from '#domain'
import type { NewRequest } from '#store'
import type { Caller } from '../gate/addresses.ts'
import type { BodyRead } from '../http/body.ts'
import { firstHeader, type Headers } from './headers.ts'
import { readQuery } from './query.ts'

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

/** Where the secrets of a request stand, so that they are not kept with it. */
export interface SecretPlaces {
  readonly header: string | null
  readonly parameter: string | null
}

/** Nobody knows: the request found no listener, or one that cannot be opened. No flow will read it, so whatever looks like one is left out. */
export const UNKNOWN_PLACES = 'unknown'
export type PlacesOfSecrets = SecretPlaces | typeof UNKNOWN_PLACES

/** What is kept of every request, whatever becomes of it. */
export function requestRow(inbound: Inbound, places: PlacesOfSecrets) {
  return {
    id: inbound.id,
    method: inbound.method,
    path: inbound.path,
    query: redactedQuery(inbound.query, places),
    headers: headersText(redactedHeaders(inbound.rawHeaders, places)),
    ip: inbound.caller.address,
    content_type: textOrNull(firstHeader(inbound.headers, 'content-type')),
    received_at: inbound.receivedAt,
  } satisfies Partial<NewRequest>
}

/** The text of all is asked for once: hardly any request has a value that is not ASCII. */
function headersText(pairs: readonly (readonly [string, string])[]): string {
  const wire = JSON.stringify(pairs)
  return isAscii(wire) ? wire : JSON.stringify(pairs.map(([name, value]) => [name, headerText(value)]))
}

function textOrNull(wire: string | undefined): string | null {
  return wire === undefined ? null : headerText(wire)
}

function redactedHeaders(raw: readonly string[], places: PlacesOfSecrets): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const isSecret = isAlwaysSecret(name) || (places === UNKNOWN_PLACES ? mayCarryCredential(name) : name === places.header)
    pairs.push([name, isSecret ? REDACTED : raw[i + 1]!])
  }
  return pairs
}

function redactedQuery(query: string, places: PlacesOfSecrets): string {
  if (query === '' || (places !== UNKNOWN_PLACES && places.parameter === null)) return query
  const isSecret = (name: string) => (places === UNKNOWN_PLACES ? isCredentialParameter(name) : name === places.parameter)
  return query
    .split('&')
    .map((pair) => (isSecret(Object.keys(readQuery(pair))[0] ?? '') ? `${pair.split('=', 1)[0]}=${REDACTED}` : pair))
    .join('&')
}
