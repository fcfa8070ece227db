/**
 * Signing and verifying on Web Crypto, for browsers, workers and edge runtimes: what `@posthorn/sdk/signing` is where a
 * bundler asks for `browser`. In Node the same names are there, beside those that answer at once (`sign`, `verify`).
 *
 * @example
 * const result = await verifyAsync({ profile: 'standard', secrets: [secret], headers: request.headers, body, nowSeconds: Date.now() / 1000 })
 */
export { headersOf, isSigningProfile, signingProfiles, type ProfileHeaders, type SigningProfile } from './profile.ts'
export { generateSecretAsync, prepareKeyAsync, publicKeyOfAsync, type PreparedWebKey, type WebSigningKey } from './key-async.ts'
export { canonicalSecret, type BadSecret, type SecretKind } from './secret.ts'
export { canonicalSignature } from './encoding.ts'
export { staleWords, unitSlip } from './time-words.ts'
export { signAsync, type SignAsyncInput } from './sign-async.ts'
export { verifyAsync, type VerifyAsyncInput } from './verify-async.ts'
export { toleranceSecondsDefault, type HeadersInput, type VerifyFailureCode, type VerifyResult } from './claim.ts'
