import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { AppError, clientBasic } from '#domain'
import type { RemoteKeys } from '#ingest'
import { jsonObject, type Clock, type Egress, type HeaderPair, type Log } from '#platform'
import { challengeOf, type BegunSignIn } from './begun-sign-in.ts'
import { returnAddress, type SignInProvider } from './sign-in-provider.ts'

interface Deps {
  readonly trustedEgress: Pick<Egress, 'send'>
  readonly providerKeys: RemoteKeys
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly settings: { readonly apiUrl: string }
}

/** What a provider says of somebody. */
export interface Claims {
  readonly email: unknown
  readonly emailVerified: boolean
  readonly name: unknown
}

/** Signed with a key that only the provider has: a shared secret would let this server's own sign, too, and `none` anybody's. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Clocks differ. */
const TOLERANCE_SECONDS = 60
const CALL_MS = 10_000
const BYTES_MAX = 256 * 1024

interface Metadata {
  readonly authorize: string
  readonly token: string
  readonly keys: string
  readonly userInfo: string | undefined
  /** The client's secret in the body, for those that read it nowhere else. */
  readonly takesSecretInBodyOnly: boolean
  /** RFC 9207. */
  readonly namesItself: boolean
}

/** Where the browser goes to sign in (OpenID Connect Core 3.1.2.1). */
export async function authorizeUrl(deps: Deps, provider: SignInProvider, begun: BegunSignIn): Promise<string> {
  const { authorize } = await readMetadata(deps, provider)
  const url = new URL(authorize)
  const asked = {
    ...{ response_type: 'code', client_id: provider.clientId, redirect_uri: returnAddress(deps.settings.apiUrl, provider) },
    ...{ scope: provider.scopes.join(' '), state: begun.state, nonce: begun.nonce },
    ...{ code_challenge: challengeOf(begun), code_challenge_method: 'S256' },
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  return url.href
}

/** Redeems a code for what the provider says of whoever signed in there. What cannot be trusted is refused. */
export async function claimsFor(
  deps: Deps,
  provider: SignInProvider,
  { begun, code, iss }: { readonly begun: BegunSignIn; readonly code: string; readonly iss: string | undefined },
): Promise<Claims> {
  const metadata = await readMetadata(deps, provider)
  if (iss === undefined ? metadata.namesItself : iss !== provider.issuer)
    throw refused('Another provider than the one that you chose answered (iss).')
  const tokens = await redeem(deps, provider, { metadata, begun, code })
  const payload = await verified(deps, provider, { token: tokens.idToken, metadata })
  if (payload['nonce'] !== begun.nonce) throw refused('The token was made for another sign-in (nonce).')
  const claims = claimsOf(payload)
  if (claims.email !== undefined || metadata.userInfo === undefined || tokens.accessToken === undefined) return claims
  // What the scopes ask for may stand there only (5.4).
  const answer = await userInfo(deps, provider, { url: metadata.userInfo, accessToken: tokens.accessToken })
  if (answer['sub'] !== payload.sub) throw refused('The provider tells of somebody else than its token (sub).')
  return claimsOf(answer)
}

function claimsOf(from: Readonly<Record<string, unknown>>): Claims {
  // Some write it as text.
  return { email: from['email'], emailVerified: from['email_verified'] === true || from['email_verified'] === 'true', name: from['name'] }
}

async function readMetadata({ providerKeys, log }: Deps, { id, issuer }: SignInProvider): Promise<Metadata> {
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
  const answer = await providerKeys.document(url)
  if (answer === undefined) throw new AppError('provider_unavailable')
  const address = (name: string) => {
    const value = answer[name]
    // As safe as the issuer itself, or not at all.
    return typeof value === 'string' && URL.parse(value)?.protocol === URL.parse(issuer)?.protocol ? value : undefined
  }
  const [authorize, token, keys] = [address('authorization_endpoint'), address('token_endpoint'), address('jwks_uri')]
  if (answer['issuer'] !== issuer || authorize === undefined || token === undefined || keys === undefined) {
    log.warn('api.provider.metadata_refused', { provider: id, url, expected: issuer, answer: String(answer['issuer']).slice(0, 200) })
    throw new AppError('provider_unavailable')
  }
  const methods = answer['token_endpoint_auth_methods_supported']
  return {
    ...{ authorize, token, keys, userInfo: address('userinfo_endpoint') },
    takesSecretInBodyOnly: Array.isArray(methods) && !methods.includes('client_secret_basic') && methods.includes('client_secret_post'),
    namesItself: answer['authorization_response_iss_parameter_supported'] === true,
  }
}

interface Tokens {
  readonly idToken: string
  readonly accessToken: string | undefined
}

async function redeem(
  deps: Deps,
  provider: SignInProvider,
  { metadata, begun, code }: { readonly metadata: Metadata; readonly begun: BegunSignIn; readonly code: string },
): Promise<Tokens> {
  const { clientId, clientSecret } = provider
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, redirect_uri: returnAddress(deps.settings.apiUrl, provider) },
    ...{ code_verifier: begun.verifier, client_id: clientId },
    ...(clientSecret !== undefined && metadata.takesSecretInBodyOnly && { client_secret: clientSecret }),
  })
  const headers: HeaderPair[] = [['Content-Type', 'application/x-www-form-urlencoded']]
  if (clientSecret !== undefined && !metadata.takesSecretInBodyOnly) headers.push(['Authorization', clientBasic(clientId, clientSecret)])
  const { status, body: answer } = await call(deps, provider, {
    method: 'POST',
    url: metadata.token,
    headers,
    body: Buffer.from(body.toString()),
  })
  const idToken = answer['id_token']
  if (status === 200 && typeof idToken === 'string') {
    const accessToken = answer['access_token']
    return { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined }
  }
  const error = typeof answer['error'] === 'string' && /^\w{1,64}$/.test(answer['error']) ? answer['error'] : 'none'
  if (error === 'invalid_grant') throw new AppError('sign_in_expired', { detail: 'The provider takes this code no more. Begin again.' })
  deps.log.warn('api.provider.code_refused', { provider: provider.id, status, error })
  throw new AppError('provider_unavailable')
}

async function userInfo(
  deps: Deps,
  provider: SignInProvider,
  { url, accessToken }: { readonly url: string; readonly accessToken: string },
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await call(deps, provider, { method: 'GET', url, headers: [['Authorization', `Bearer ${accessToken}`]] })
  if (status === 200) return body
  deps.log.warn('api.provider.user_info_refused', { provider: provider.id, status })
  throw new AppError('provider_unavailable')
}

interface Called {
  readonly status: number
  /** Empty where it is no object of JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

async function call(
  { trustedEgress, log }: Deps,
  { id }: SignInProvider,
  request: Pick<Parameters<Egress['send']>[0], 'method' | 'url' | 'headers' | 'body'>,
): Promise<Called> {
  const headers: HeaderPair[] = [['Accept', 'application/json'], ...request.headers]
  const limits = { timeoutMs: CALL_MS, responseBytesMax: BYTES_MAX, responseBytesKept: BYTES_MAX }
  const outcome = await trustedEgress.send({ ...request, ...limits, headers })
  if (outcome.kind === 'failed' || outcome.truncated || outcome.status >= 500) {
    const why = outcome.kind === 'failed' ? outcome.code : outcome.truncated ? 'too_large' : `http_${outcome.status}`
    log.warn('api.provider.unavailable', { provider: id, url: request.url, why })
    throw new AppError('provider_unavailable')
  }
  return { status: outcome.status, body: jsonObject(outcome.body) ?? {} }
}

/** Core 3.1.3.7, with the key asked for anew where the provider has changed its own. */
async function verified(
  { providerKeys, clock }: Deps,
  { issuer, clientId }: SignInProvider,
  { token, metadata }: { readonly token: string; readonly metadata: Metadata },
): Promise<JWTPayload> {
  const options = {
    ...{ issuer, audience: clientId, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_SECONDS },
    ...{ requiredClaims: ['sub', 'exp', 'iat'], currentDate: new Date(clock.now()) },
  }
  const payload =
    (await tryKeys(await providerKeys.keySet(metadata.keys), token, options)) ??
    (await tryKeys(await providerKeys.newerKeySet(metadata.keys), token, options))
  if (payload === undefined) throw refused('The token is signed with a key that the provider does not show.')
  // A token for several says who asked for it.
  if (payload['azp'] === undefined ? Array.isArray(payload.aud) && payload.aud.length > 1 : payload['azp'] !== clientId)
    throw refused('The token was made for somebody else (azp).')
  return payload
}

/** Undefined: none of these keys is the one. */
async function tryKeys(set: unknown, token: string, options: JWTVerifyOptions): Promise<JWTPayload | undefined> {
  if (set === undefined) throw new AppError('provider_unavailable')
  try {
    return (await jwtVerify(token, createLocalJWKSet(set as JSONWebKeySet), options)).payload
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined
    if (error instanceof errors.JWTExpired) throw refused('The token has expired. Is the clock of this server right?')
    if (error instanceof errors.JWTClaimValidationFailed) throw refused(`The token is not for this server (${error.claim}).`)
    if (error instanceof errors.JOSEAlgNotAllowed) throw refused('The token is signed in a way that is not taken here (alg).')
    if (error instanceof errors.JWSSignatureVerificationFailed) throw refused('The signature of the token is wrong.')
    if (error instanceof errors.JOSEError) throw refused('The provider answered with something that is no signed token.')
    throw error
  }
}

function refused(detail: string): AppError {
  return new AppError('sign_in_refused', { detail: `${detail} Begin again, or tell your owner.` })
}
