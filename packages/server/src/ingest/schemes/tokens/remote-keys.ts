import { X509Certificate, type KeyObject } from 'node:crypto'
import { jsonObject, type Clock, type Egress, type Log } from '#platform'
import { createRateLimiter } from '../../gate/rate-limit.ts'

/** So long what was fetched is used without asking again, and so much longer where asking fails. */
const FRESH_MS = 3_600_000
const STALE_MS = 24 * 3_600_000
/** After a failure nobody asks again for so long: requests that come meanwhile are asked to try later. */
const FAILED_MS = 10_000
/** A key set is asked for again for a key that it does not have, because senders rotate theirs; no more often than this. */
const UNKNOWN_KEY_MS = 30_000
const FETCH_MS = 5000
const BYTES_MAX = 256 * 1024
const REMEMBERED_MAX = 200
/** For each host: who is not trusted yet names certificates, and must not make us call somebody as often as it likes. */
const FETCHES = { requests: 30, seconds: 60 }

interface Remembered {
  readonly value: unknown
  readonly at: number
}

export interface Certificate {
  readonly key: KeyObject
  readonly validFrom: number
  readonly validTo: number
}

export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

/** What an address is asked for. */
interface Kind<Value> {
  readonly name: string
  readonly read: (text: string) => Value | undefined
}

/**
 * The public keys of senders, fetched from where the listener or the data of its system says, through the egress guard, and kept for a
 * while. What cannot be had is undefined: then nothing can be verified, and nothing is accepted.
 */
export class RemoteKeys {
  readonly #deps: { readonly egress: Pick<Egress, 'send'>; readonly clock: Clock; readonly log: Log }
  readonly #remembered = new Map<string, Remembered>()
  readonly #underWay = new Map<string, Promise<unknown>>()
  readonly #failedAt = new Map<string, number>()
  readonly #limiter: ReturnType<typeof createRateLimiter>

  constructor(deps: { egress: Pick<Egress, 'send'>; clock: Clock; log: Log }) {
    this.#deps = deps
    this.#limiter = createRateLimiter(deps.clock)
  }

  certificate(url: string): Promise<Certificate | undefined> {
    return this.#get(url, FRESH_MS, CERTIFICATE)
  }

  keySet(url: string): Promise<KeySet | undefined> {
    return this.#get(url, FRESH_MS, KEY_SET)
  }

  /** For a key that the set did not have. */
  newerKeySet(url: string): Promise<KeySet | undefined> {
    return this.#get(url, UNKNOWN_KEY_MS, KEY_SET)
  }

  /** What says more of a sender than its keys, as JSON. */
  document(url: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#get(url, FRESH_MS, DOCUMENT)
  }

  async #get<Value>(url: string, freshMs: number, kind: Kind<Value>): Promise<Value | undefined> {
    const now = this.#deps.clock.monotonic()
    const before = this.#remembered.get(nameOf(kind, url))
    if (before !== undefined && now - before.at < freshMs) return before.value as Value
    const fetched = (await this.#fetchOnce(url, kind)) as Value | undefined
    if (fetched !== undefined) return fetched
    return before !== undefined && now - before.at < STALE_MS ? (before.value as Value) : undefined
  }

  /** Many requests ask for one key at a time: it is fetched once for all. */
  #fetchOnce(url: string, kind: Kind<unknown>): Promise<unknown> {
    const name = nameOf(kind, url)
    const under = this.#underWay.get(name)
    if (under !== undefined) return under
    const now = this.#deps.clock.monotonic()
    if (now - (this.#failedAt.get(name) ?? -Infinity) < FAILED_MS) return Promise.resolve(undefined)
    if (!this.#limiter.take(new URL(url).host, FETCHES).ok) return Promise.resolve(undefined)
    const fetching = this.#fetch(url, kind).finally(() => this.#underWay.delete(name))
    this.#underWay.set(name, fetching)
    return fetching
  }

  async #fetch(url: string, kind: Kind<unknown>): Promise<unknown> {
    const name = nameOf(kind, url)
    const { egress, clock, log } = this.#deps
    const limits = { responseBytesMax: BYTES_MAX, responseBytesKept: BYTES_MAX }
    const outcome = await egress.send({ url, method: 'GET', headers: [['Accept', '*/*']], timeoutMs: FETCH_MS, ...limits })
    const body =
      outcome.kind === 'response' && outcome.status === 200 && !outcome.truncated ? Buffer.from(outcome.body).toString() : undefined
    const value = body === undefined ? undefined : kind.read(body)
    if (value === undefined) {
      remember(this.#failedAt, name, clock.monotonic())
      const why = outcome.kind === 'failed' ? outcome.code : outcome.status === 200 ? 'unreadable' : `http_${outcome.status}`
      log.warn('ingest.keys.unavailable', { url, why })
      return undefined
    }
    this.#failedAt.delete(name)
    remember(this.#remembered, name, { value, at: clock.monotonic() })
    return value
  }
}

/** One address may be asked for a certificate by one and for a key set by another: what one of them finds there says nothing to the other. */
function nameOf({ name }: Kind<unknown>, url: string): string {
  return `${name} ${url}`
}

/** The oldest goes where there are too many. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  if (map.size >= REMEMBERED_MAX) map.delete(map.keys().next().value!)
  map.set(key, value)
}

const CERTIFICATE: Kind<Certificate> = {
  name: 'certificate',
  read(pem) {
    try {
      const { publicKey, validFrom, validTo } = new X509Certificate(pem)
      return { key: publicKey, validFrom: Date.parse(validFrom), validTo: Date.parse(validTo) }
    } catch {
      return undefined
    }
  },
}

const KEY_SET: Kind<KeySet> = {
  name: 'key_set',
  read(text) {
    const keys = jsonObject(text)?.['keys']
    return Array.isArray(keys) ? { keys: keys as KeySet['keys'] } : undefined
  },
}

const DOCUMENT: Kind<Readonly<Record<string, unknown>>> = { name: 'document', read: jsonObject }
