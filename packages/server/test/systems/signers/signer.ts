import { createHash, createHmac, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

/** What a sender has before it signs. */
export interface ToSign {
  /** The shared secret as the owner of the listener was given it. */
  readonly secret: string
  /** Where the sender signs with a key of its own. */
  readonly privateKey: KeyObject
  readonly body: Buffer
  readonly url: string
  readonly time: SigningTime
}

export interface Signed {
  /** What goes with the request beside its own headers; in the spelling of the sender. */
  readonly headers?: Readonly<Record<string, string>>
  /** In place of the body, where the signature stands in it. */
  readonly body?: Buffer
}

/** How one system signs, written down a second time and from its description alone: it knows nothing of the catalogue. */
export interface Signer {
  sign(request: ToSign): Signed | Promise<Signed>
  /** What is signed of the body. `none`: the sender only shows who it is. */
  readonly covers: 'body' | 'part' | 'none'
  /** What the listener is told. */
  readonly auth: { readonly secrets: string[]; readonly verifyToken?: string; readonly settings?: Record<string, string> }
  readonly privateKey: KeyObject
}

/** The moment of signing in each unit. Notes whether anybody asks: then an old request must be refused. */
export class SigningTime {
  wasAsked = false
  readonly #ms: number
  readonly #wrongUnit: boolean

  constructor(ms: number, options: { readonly wrongUnit?: boolean } = {}) {
    this.#ms = ms
    this.#wrongUnit = options.wrongUnit ?? false
  }

  get seconds(): string {
    this.wasAsked = true
    return String(this.#wrongUnit ? this.#ms : Math.floor(this.#ms / 1000))
  }

  get milliseconds(): string {
    this.wasAsked = true
    return String(this.#wrongUnit ? Math.floor(this.#ms / 1000) : this.#ms)
  }

  get iso(): string {
    this.wasAsked = true
    return this.#wrongUnit ? String(Math.floor(this.#ms / 1000)) : new Date(this.#ms).toISOString()
  }
}

type Part = string | Buffer

export function mac(algorithm: string, encoding: 'hex' | 'base64' | 'base64url', key: Part, ...parts: readonly Part[]): string {
  const hmac = createHmac(algorithm, key)
  for (const part of parts) hmac.update(part)
  return hmac.digest(encoding)
}

export const hex = (key: Part, ...parts: readonly Part[]) => mac('sha256', 'hex', key, ...parts)
export const base64 = (key: Part, ...parts: readonly Part[]) => mac('sha256', 'base64', key, ...parts)

export function plainHash(algorithm: string, ...parts: readonly Part[]): string {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Of a sender that signs with a shared secret. */
export const unused = generateKeyPairSync('ed25519').privateKey

/** A sender with a shared secret; a secret of its own for each. */
export function shared(
  sign: Signer['sign'],
  options: { readonly secret?: string; readonly covers?: Signer['covers']; readonly auth?: Partial<Signer['auth']> } = {},
): Signer {
  const secret = options.secret ?? randomBytes(18).toString('hex')
  return { sign, covers: options.covers ?? 'body', auth: { secrets: [secret], ...options.auth }, privateKey: unused }
}

/** The common case: one header over the body alone. */
export const header = (name: string, value: (secret: string, body: Buffer) => string, more: Parameters<typeof shared>[1] = {}) =>
  shared(({ secret, body }) => ({ headers: { [name]: value(secret, body) } }), more)

/** `t=...,v1=...` over `t.body`, as Stripe began it. */
export const stripeLike = (name: string, unit: 'seconds' | 'milliseconds', write = (t: string, v: string) => `t=${t},v1=${v}`) =>
  shared(({ secret, body, time }) => {
    const t = time[unit]
    return { headers: { [name]: write(t, hex(secret, `${t}.`, body)) } }
  })

/** A header with the secret itself. */
export const shows = (name: string) => shared(({ secret }) => ({ headers: { [name]: secret } }), { covers: 'none' })

export const basicAuth = () =>
  shared(({ secret }) => ({ headers: { Authorization: `Basic ${Buffer.from(`hook:${secret}`).toString('base64')}` } }), {
    covers: 'none',
    auth: { settings: { username: 'hook' } },
  })

export type Signers = Readonly<Record<string, Signer>>
