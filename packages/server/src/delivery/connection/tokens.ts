import { createHash } from 'node:crypto'
import { clientBasic, isOurFailure, limits, sentHeaderFault } from '#domain'
import { failures, jsonObject, type Clock, type Egress, type EgressOutcome, type HeaderPair } from '#platform'

/** What an access token is asked for with: RFC 6749, the grant `client_credentials`. */
export interface TokenRequest {
  /** Whose credential it is: nobody is handed another's token. */
  readonly owner: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | null
  readonly audience: string | null
  readonly clientAuth: 'basic' | 'body'
}

export type TokenAnswer = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly outcome: FailedOutcome }

type FailedOutcome = Extract<EgressOutcome, { kind: 'failed' }>

export interface TokensOptions {
  readonly egress: Pick<Egress, 'send'>
  readonly clock: Clock
  /** The one that was fetched first goes first. */
  readonly tokensMax?: number
}

interface Kept {
  readonly token: string
  /** In monotonic time. */
  readonly until: number
}

const TOKENS_MAX = 10_000
/** One that says nothing of its life is used for so long. */
const LIFE_SECONDS_DEFAULT = 300
/** It is not used in the last tenth of its life, or in the last minute of a long one: it would expire on the way. */
const MARGIN_SECONDS_MAX = 60
const LIFE_SECONDS_MAX = 86_400

/**
 * Access tokens in memory, and nowhere else: nothing of them is logged, stored or shown.
 *
 * A credential: unknown --asked for--> being fetched --it came--> known until shortly before it expires, or a receiver refuses it
 *                                                    --it did not--> unknown; everybody who waited hears why
 *
 * What must hold: at most one fetch of a credential is under way.
 */
export class Tokens {
  readonly #options: TokensOptions
  readonly #kept = new Map<string, Kept>()
  readonly #fetches = new Map<string, Promise<TokenAnswer>>()

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /** A token that holds, fetched if none is here. Never rejects. */
  async get(request: TokenRequest): Promise<TokenAnswer> {
    const key = keyOf(request)
    const kept = this.#kept.get(key)
    if (kept !== undefined && this.#options.clock.monotonic() < kept.until) return { ok: true, token: kept.token }
    const joined = this.#fetches.get(key)
    if (joined !== undefined) return joined
    const fetching = this.#fetch(key, request).finally(() => this.#fetches.delete(key))
    this.#fetches.set(key, fetching)
    return fetching
  }

  /** A receiver refused it. Whoever fetched a newer one meanwhile keeps that. */
  drop(request: TokenRequest, token: string): void {
    const key = keyOf(request)
    if (this.#kept.get(key)?.token === token) this.#kept.delete(key)
  }

  async #fetch(key: string, request: TokenRequest): Promise<TokenAnswer> {
    const { egress, clock } = this.#options
    const askedAt = clock.monotonic()
    const outcome = await egress.send({
      ...{ url: request.tokenUrl, method: 'POST', ...formOf(request) },
      ...{ timeoutMs: limits.attemptTimeoutMs, responseBytesMax: limits.responseBytesMax, responseBytesKept: limits.responseBytesMax },
    })
    // What is ours, or may be, is no fault of the connection.
    if (outcome.kind === 'failed' && (isOurFailure(outcome.code) || outcome.mayBeOurs)) return { ok: false, outcome }
    const read = readToken(outcome)
    if (typeof read === 'string')
      return { ok: false, outcome: { kind: 'failed', code: 'token_failed', detail: read, phases: outcome.phases } }
    this.#kept.delete(key)
    this.#kept.set(key, { token: read.token, until: askedAt + read.usableMs })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= (this.#options.tokensMax ?? TOKENS_MAX)) break
      this.#kept.delete(oldest)
    }
    return { ok: true, token: read.token }
  }
}

/** With its secret, so that one that was rotated or replaced finds no token of its predecessor. */
function keyOf(request: TokenRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64')
}

function formOf({ clientId, clientSecret, scope, audience, clientAuth }: TokenRequest): {
  readonly headers: readonly HeaderPair[]
  readonly body: Uint8Array
} {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scope !== null) form.set('scope', scope)
  if (audience !== null) form.set('audience', audience)
  const headers: HeaderPair[] = [
    ['content-type', 'application/x-www-form-urlencoded'],
    ['accept', 'application/json'],
  ]
  if (clientAuth === 'body') {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
  } else {
    headers.push(['authorization', clientBasic(clientId, clientSecret)])
  }
  return { headers, body: Buffer.from(form.toString()) }
}

/** The token and how long it is used, or why there is none. Nothing of the answer is shown but its status and its error code. */
function readToken(outcome: EgressOutcome): { readonly token: string; readonly usableMs: number } | string {
  if (outcome.kind === 'failed') return `Calling the token address failed: ${failures[outcome.code].sentence}`
  const answer = jsonObject(outcome.body) ?? {}
  const { status } = outcome
  if (status !== 200) {
    const { error } = answer
    const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? `: ${error}` : ''
    return `The token address answered ${status}${code}.`
  }
  const { access_token: token, token_type: type, expires_in: expiresIn } = answer
  if (typeof token !== 'string' || token === '') return 'The token address answered 200 without an access_token in JSON.'
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') return 'The token address gave a token that is no bearer token.'
  if (sentHeaderFault('Authorization', `Bearer ${token}`) !== undefined) return 'The token address gave a token that no header can hold.'
  return { token, usableMs: usableSeconds(Number(expiresIn)) * 1000 }
}

function usableSeconds(expiresIn: number): number {
  const life = expiresIn > 0 ? Math.min(expiresIn, LIFE_SECONDS_MAX) : LIFE_SECONDS_DEFAULT
  return life - Math.min(MARGIN_SECONDS_MAX, life / 10)
}
