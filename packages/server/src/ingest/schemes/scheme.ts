import type { FieldFault } from '#domain'
import type { PlacesOfSecrets } from '../request/redaction.ts'
import type { RemoteKeys } from './tokens/remote-keys.ts'
import type { Verification, VerifyHead, VerifyRequest } from './verification.ts'

/**
 * One way in which requests prove where they come from, with all that is known of it. A new one is a file beside this and a row in the
 * registry. `Options` is data: what a listener's authentication, or its system, says of the scheme besides the secrets.
 */
export interface Scheme<Options> {
  /** The member of a listener's authentication that holds the secrets. */
  readonly secretsIn: SecretMember | null
  /** Prepares the keys once: decoding them for each request would cost as much as verifying. Faults refuse the listener when it is saved. */
  compile(options: Options, secrets: readonly WrittenSecret[], context: CompileContext): SchemeCompilation
  /**
   * Why nobody could ever get in with this secret; undefined if somebody could. Asked when a listener or a secret is saved, and not when
   * one is loaded, where one old secret that fits nothing must not make the others unusable.
   */
  unmatchable(secret: string, options: Options): string | undefined
  /** A secret as it is kept. One that cannot be read stays as it is, and compiling says why it is refused. */
  keptSecret(secret: string, options: Options): string
  /** The headers and query parameters without which no request passes. */
  asksFor(options: Options): AskedFor
}

export type SecretMember = 'keys' | 'tokens' | 'password' | 'secrets'

export interface WrittenSecret {
  readonly text: string
  /** Where it stands in the listener, for faults. */
  readonly pointer: string
}

export interface CompileContext {
  /** Of a listener that was saved, maybe by a version that read secrets less strictly. */
  readonly kept?: boolean
  /** What the system asks for beside secrets. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where the keys of senders are fetched from; absent where a listener is only judged, and receives nothing. */
  readonly keys?: RemoteKeys
}

export interface AskedFor {
  readonly headers?: readonly string[]
  readonly query?: readonly string[]
}

export type SchemeCompilation =
  | { readonly ok: true; readonly scheme: CompiledScheme }
  | { readonly ok: false; readonly faults: readonly FieldFault[] }

/** A scheme as requests meet it. `verify` never throws for what a sender can send, and fails closed. */
export type CompiledScheme = HeadScheme | BodyScheme | RemoteScheme

interface Compiled {
  /** The WWW-Authenticate of a 401; undefined where nothing is asked for. */
  readonly challenge: string | undefined
  /** Where its secrets stand in a request, so that they are not kept with it. */
  readonly secretsAt: PlacesOfSecrets
}

/** The caller shows a secret in the head, or nothing: known before the body is read. */
export interface HeadScheme extends Compiled {
  readonly reads: 'head'
  verify(head: VerifyHead): Verification
}

/** The caller signs: known when the body is here. */
export interface BodyScheme extends Compiled {
  readonly reads: 'body'
  verify(request: VerifyRequest): Verification
  /**
   * The same for a large body: yields after each time that it went through the body, so that others have their turn. Null where nothing
   * goes through the body.
   */
  readonly verifyInTurns: ((request: VerifyRequest) => Generator<undefined, Verification>) | null
  /** How many slow checks a request asks for, also of a small body: its sender may choose. Absent where none is slow. */
  slowChecks?(request: VerifyHead): number
}

/** The caller signs, and what verifies it may have to be fetched first, or is verified elsewhere than on this thread. */
export interface RemoteScheme extends Compiled {
  readonly reads: 'body_and_keys'
  verify(request: VerifyRequest): Promise<Verification>
}

/** For schemes whose secrets stand in no place of a request, or only where they always are secret, as in `Authorization`. */
export const NO_PLACES: PlacesOfSecrets = { header: null, parameter: null }
