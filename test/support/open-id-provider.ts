import { hash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose'

/** What a provider says of somebody, as claims. */
export interface Person {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean | string
  readonly name?: string
}

/** How the next token differs from an honest one. */
export interface Forgery {
  readonly claims?: JWTPayload
  readonly algorithm?: 'RS256' | 'ES256' | 'none' | 'HS256'
  /** Signed with a key that the provider does not show, under the name of one that it does. */
  readonly swappedKey?: boolean
  /** Under a name that the provider shows no key for. */
  readonly unknownKey?: boolean
}

interface Granted {
  readonly challenge: string
  readonly redirectUri: string
  readonly nonce: string
}

const CLIENT = { id: 'posthorn', secret: 'a secret: with & in it' }

/** A provider of OpenID Connect on a real socket, with real keys: it asks nobody for a password, and keeps to the rules otherwise. */
export class OpenIdProvider {
  readonly client = CLIENT
  person: Person = { sub: 'p1', email: 'ines@example.com', email_verified: true, name: 'Ines Kowalski' }
  forgery: Forgery = {}
  /** Claims other than `sub` stand at the user info only. */
  thin = false
  /** It refuses to let somebody in. */
  denies = false
  /** What it was asked for, as method and path. */
  readonly asked: string[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #granted = new Map<string, Granted>()
  #keys: { readonly id: string; readonly algorithm: 'RS256' | 'ES256'; readonly privateKey: CryptoKey; readonly shown: object }[] = []

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** As the operator would configure it. */
  get settings() {
    const { id, secret } = CLIENT
    const rules: { domains: string[]; newMembers: 'operator' | 'viewer' | null } = { domains: [], newMembers: null }
    return { id: 'acme', label: 'Acme', issuer: this.issuer, clientId: id, clientSecret: secret, scopes: ['openid', 'email'], ...rules }
  }

  async start(): Promise<this> {
    await this.changeKeys()
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  /** As providers do now and then: what was signed with the keys before is over. */
  async changeKeys(): Promise<void> {
    const make = async (algorithm: 'RS256' | 'ES256') => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm)
      const id = randomUUID()
      return { id, algorithm, privateKey, shown: { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: 'sig' } }
    }
    this.#keys = [await make('RS256'), await make('ES256')]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.issuer)
    this.asked.push(`${request.method} ${url.pathname}`)
    const json = (status: number, body: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          ...{ issuer: this.issuer, authorization_endpoint: `${this.issuer}/authorize`, token_endpoint: `${this.issuer}/token` },
          ...{ jwks_uri: `${this.issuer}/keys`, userinfo_endpoint: `${this.issuer}/userinfo` },
        })
      case '/keys':
        return json(200, { keys: this.#keys.map(({ shown }) => shown) })
      case '/authorize':
        return this.#authorize(url.searchParams, response)
      case '/token':
        return this.#token(new URLSearchParams(await text(request)), { authorization: request.headers.authorization, json })
      case '/userinfo':
        return request.headers.authorization === 'Bearer access' ? json(200, this.person) : json(401, {})
      default:
        return json(404, {})
    }
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const back = new URL(query.get('redirect_uri')!)
    const isRight =
      query.get('client_id') === CLIENT.id && query.get('response_type') === 'code' && query.get('code_challenge_method') === 'S256'
    if (!isRight) return void response.writeHead(400).end()
    back.searchParams.set('state', query.get('state')!)
    if (this.denies) back.searchParams.set('error', 'access_denied')
    else {
      const code = randomUUID()
      this.#granted.set(code, {
        challenge: query.get('code_challenge')!,
        redirectUri: query.get('redirect_uri')!,
        nonce: query.get('nonce')!,
      })
      back.searchParams.set('code', code)
    }
    response.writeHead(303, { location: back.href }).end()
  }

  async #token(
    form: URLSearchParams,
    { authorization, json }: { readonly authorization: string | undefined; json(status: number, body: unknown): void },
  ): Promise<void> {
    const encoded = [CLIENT.id, CLIENT.secret].map((part) => new URLSearchParams({ '': part }).toString().slice(1)).join(':')
    if (authorization !== `Basic ${Buffer.from(encoded).toString('base64')}`) return json(401, { error: 'invalid_client' })
    const code = form.get('code') ?? ''
    const granted = this.#granted.get(code)
    this.#granted.delete(code)
    const isRight =
      granted?.redirectUri === form.get('redirect_uri') &&
      granted?.challenge === hash('sha256', form.get('code_verifier') ?? '', 'base64url')
    if (granted === undefined || !isRight) return json(400, { error: 'invalid_grant' })
    json(200, { token_type: 'Bearer', access_token: 'access', id_token: await this.#idToken(granted) })
  }

  async #idToken({ nonce }: Granted): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const { claims, algorithm = 'RS256', swappedKey, unknownKey } = this.forgery
    const said = this.thin ? { sub: this.person.sub } : this.person
    const payload = { iss: this.issuer, aud: CLIENT.id, iat: now, exp: now + 300, nonce, ...said, ...claims }
    if (algorithm === 'none') return new UnsecuredJWT(payload).encode()
    if (algorithm === 'HS256') return new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(CLIENT.secret.padEnd(32)))
    const key = this.#keys.find((one) => one.algorithm === algorithm)!
    const privateKey = swappedKey ? (await generateKeyPair(algorithm)).privateKey : key.privateKey
    return new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid: unknownKey ? 'unknown' : key.id }).sign(privateKey)
  }
}
