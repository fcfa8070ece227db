import { codesWorthRetrying } from './generated-schemas.ts'
import { errorOf, PosthornError } from './posthorn-error.ts'

/** What a client is made with. */
export interface PosthornOptions {
  /** A key of the API: `phk_...`. Null: none is sent, because the browser's session with this server speaks for a person. */
  readonly token: string | null
  /** Absent: `http://localhost:8400`. A path in it is kept, for servers behind a proxy. */
  readonly serverUrl?: string
  /** How often a call is tried again that may succeed then; absent: 3 times. */
  readonly retriesMax?: number
  /** Of one try, its answer included; absent: 60,000. */
  readonly timeoutMs?: number
  /** Replaces the global one. */
  readonly fetch?: typeof fetch
  /** Reads the JSON of answers in place of `JSON.parse`, for whoever needs the digits of numbers that no double holds. */
  readonly parse?: (text: string) => unknown
}

/** What may be said of a single call, as its last argument. */
export interface CallOptions {
  /** Of a POST; one is made up if absent, so that trying again never does a thing twice. */
  readonly idempotencyKey?: string
  /** Which version the call means to change, as `revision` or `version` says it; the code is `draft_changed`, of an entry `precondition_failed`, if it is not the present one. */
  readonly ifMatch?: string
  /** Ends the call and its tries; it is then rejected with the code `aborted`. */
  readonly signal?: AbortSignal
}

export interface Sending {
  readonly method: string
  readonly path: string
  readonly query?: object | undefined
  readonly body?: unknown
  readonly answer: 'json' | 'bytes' | 'none'
  readonly options?: CallOptions | undefined
}

export type Send = (sending: Sending) => Promise<unknown>

const SERVER_URL = 'http://localhost:8400'
const RETRIES_MAX = 3
const TIMEOUT_MS = 60_000
const FIRST_WAIT_MS = 100
const WAIT_MS_MAX = 30_000

/** Sends calls, and tries again where that can help: nothing answered, the server was busy or failed, or it says so itself. */
export function createSend(options: PosthornOptions): Send {
  const { token, retriesMax = RETRIES_MAX } = options
  const base = baseOf(options)
  if (token === '') throw new TypeError('new Posthorn needs a token, a key of the API.')

  return async (sending) => {
    const { method, options: call = {} } = sending
    const headers: Record<string, string> = { ...(token !== null && { authorization: `Bearer ${token}` }), accept: 'application/json' }
    if (sending.body !== undefined) headers['content-type'] = 'application/json'
    // The same key for every try. The prefix says that no person chose it.
    if (method === 'POST') headers['idempotency-key'] = call.idempotencyKey ?? `auto_${globalThis.crypto.randomUUID()}`
    if (call.ifMatch !== undefined) headers['if-match'] = call.ifMatch === '*' ? '*' : `"${call.ifMatch}"`
    const request = {
      url: base + sending.path + queryText(sending.query),
      init: { method, headers, ...(sending.body !== undefined && { body: JSON.stringify(sending.body) }) },
    }
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(request, sending.answer, { ...options, signal: call.signal })
      if (outcome.ok) return outcome.value
      // A DELETE that was done, and whose answer was lost, finds nothing the second time.
      if (tries > 1 && method === 'DELETE' && outcome.error.code === 'not_found') return undefined
      if (tries > retriesMax || !isWorthRetrying(outcome.error)) throw outcome.error
      await wait(outcome.retryAfterMs ?? FIRST_WAIT_MS * 4 ** (tries - 1), call.signal)
    }
  }
}

/** What every path of a call is put behind. */
export function baseOf({ serverUrl = SERVER_URL }: PosthornOptions): string {
  const isUrl = URL.canParse(serverUrl) && /^https?:$/.test(new URL(serverUrl).protocol)
  if (!isUrl) throw new TypeError(`serverUrl is "${serverUrl}", which is no URL of a server. Give one such as ${SERVER_URL}.`)
  return serverUrl.replace(/\/+$/, '')
}

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: PosthornError; readonly retryAfterMs: number | undefined }

async function attempt(
  { url, init }: { url: string; init: RequestInit },
  answer: Sending['answer'],
  {
    fetch: send = fetch,
    timeoutMs = TIMEOUT_MS,
    parse = JSON.parse,
    signal,
  }: Pick<PosthornOptions, 'fetch' | 'timeoutMs' | 'parse'> & { signal: AbortSignal | undefined },
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await send(url, { ...init, redirect: 'error', signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
    if (!response.ok) return { ok: false, error: errorOf(response.status, await response.text()), retryAfterMs: retryAfterMs(response) }
    if (answer === 'bytes') return { ok: true, value: new Uint8Array(await response.arrayBuffer()) }
    const text = await response.text()
    return { ok: true, value: text === '' ? undefined : parse(text) }
  } catch (cause) {
    const code = signal?.aborted ? 'aborted' : timeout.aborted ? 'timeout' : cause instanceof SyntaxError ? 'unreadable' : 'network'
    const { host } = new URL(url)
    const message = {
      aborted: 'The call was aborted.',
      timeout: `${host} did not answer within ${timeoutMs} ms.`,
      unreadable: `${host} answered with something that is not JSON.`,
      network: `${host} cannot be reached: ${causeText(cause)}`,
    }[code]
    return { ok: false, error: new PosthornError({ code, message, cause }), retryAfterMs: undefined }
  }
}

/** Of a failed fetch the reason stands one level below. */
function causeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || String((error.cause as { readonly code?: unknown }).code) : error.message
}

export function isWorthRetrying({ code, status }: PosthornError): boolean {
  if (code === 'network' || code === 'timeout') return true
  return codesWorthRetrying.has(code) || (code === 'unreadable' && status !== null && status >= 500)
}

export function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, WAIT_MS_MAX) : undefined
}

export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer)
      reject(new PosthornError({ code: 'aborted', message: 'The call was aborted.' }))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted)
      resolve()
    }, ms)
    signal?.addEventListener('abort', aborted, { once: true })
  })
}

export function queryText(query: Sending['query']): string {
  const pairs = Object.entries((query ?? {}) as Record<string, unknown>).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || value === null) return []
    if (value instanceof Date) return [[name, value.toISOString()]]
    return [[name, Array.isArray(value) ? value.join(',') : String(value)]]
  })
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** A part of a path: an id or a uid, whatever it holds. */
export function segment(text: string): string {
  // A URL would resolve these, escaped or not, and lead somewhere else.
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`"${text}" is neither an id nor a uid.`)
  return encodeURIComponent(text)
}
