import type { FailureCode } from './failures.ts'

/**
 * The only way out: every call that any room makes to a customer's address goes through one `Egress`.
 * It resolves and vets every address, follows no redirect, decodes nothing, and ends each call at one deadline.
 * What goes wrong on the way is an outcome, never an exception.
 */
export interface Egress {
  send(request: EgressRequest): Promise<EgressOutcome>
  /** What can be said without the network, for the moment a URL is saved. A name that passes may still resolve to a refused address. */
  vet(url: string): Vetting
  /** Ends idle connections and aborts what is under way. Later sends fail as `aborted`. */
  close(): Promise<void>
}

export interface EgressRequest {
  readonly url: string
  readonly method: EgressMethod
  /** In the order they are sent. Egress adds Host, Content-Length, Connection, `Accept-Encoding: identity`, and Basic authorization for a URL's userinfo. */
  readonly headers: readonly HeaderPair[]
  /** What signing adds, under names that nobody else may set. Sent after the others. */
  readonly signature?: readonly HeaderPair[]
  readonly body?: Uint8Array
  /** Wall-clock limit over everything: waiting for a free connection, DNS, connect, TLS, and the response to its last byte. */
  readonly timeoutMs: number
  /** More than this is not read: the connection is destroyed and the body marked truncated. Default 64 KiB. */
  readonly responseBytesMax?: number
  /** How much of the body comes back. Default 16 KiB. */
  readonly responseBytesKept?: number
  readonly signal?: AbortSignal
  /** Called when the request has been handed to its connection; again if that turned out to be closed and another one had to be opened. */
  readonly onSent?: () => void
}

export type EgressMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

export type HeaderPair = readonly [name: string, value: string]

/** Names in lower case. A header that came more than once is an array. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

export type EgressOutcome =
  | {
      readonly kind: 'response'
      readonly status: number
      readonly headers: ResponseHeaders
      /** The part that is kept, as it came. */
      readonly body: Uint8Array
      /** The response had more body than is kept here. */
      readonly truncated: boolean
      /** The name, where a proxy resolved it. */
      readonly address: string
      readonly phases: EgressPhases
    }
  | {
      readonly kind: 'failed'
      readonly code: FailureCode
      /** One sentence with what was special about this case; the code's own sentence is in `failures`. */
      readonly detail: string
      /** Nothing came from the host, and from no other one of late: so it may be our own way out that fails. */
      readonly mayBeOurs?: boolean
      readonly address?: string
      readonly phases: EgressPhases
    }

/** Where the time went, in milliseconds with fractions. A phase that was not reached is 0. */
export interface EgressPhases {
  /** Waiting until a connection was free. */
  readonly waitMs: number
  readonly dnsMs: number
  /** With a proxy, until it has opened the way. */
  readonly connectMs: number
  readonly tlsMs: number
  /** From the request's first byte out to the response's first byte in. */
  readonly firstByteMs: number
  readonly bodyMs: number
  readonly totalMs: number
  /** The request went over a connection that had served another one before. */
  readonly reused: boolean
}

export type Vetting = { readonly ok: true } | { readonly ok: false; readonly code: FailureCode; readonly reason: string }

/** Resolves a host name to all its addresses, as text. Rejects with an error whose `code` is one of `node:dns`. */
export type Lookup = (hostname: string) => Promise<readonly string[]>
