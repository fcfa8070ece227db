import { describe, expect, test } from 'vitest'
import vectors from '../../test-data/standard-webhooks-vectors.json' with { type: 'json' }
import { generateSecret, prepareKey, publicKeyOf } from './key.ts'
import { canonicalSecret } from './secret.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'

const v3 = vectors.valid[2]!
const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)

test('R67: a generated hex secret is 64 lowercase hex characters', () => {
  expect(generateSecret('hex', fill)).toMatch(/^[0-9a-f]{64}$/)
  expect(generateSecret('hex', fill)).not.toBe(generateSecret('hex', fill))
})

test('a generated standard or svix secret is whsec_ and 32 random bytes, within the 24 to 64 that the specification asks for', () => {
  for (const profile of ['standard', 'svix'] as const) {
    const secret = generateSecret(profile, fill)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(secret).toMatch(/^(whsec_)?[a-zA-Z0-9+/=]{32,100}$/) // what the clients of Svix accept
  }
})

test('a generated Ed25519 secret signs what its public key verifies', () => {
  const secret = generateSecret('standard', fill, 'asymmetric')
  expect(secret).toMatch(/^whsk_/)
  const body = new TextEncoder().encode('{}')
  const headers = sign({ profile: 'standard', secrets: [secret], id: 'msg_1', timestampSeconds: 1000, body })
  const publicKey = publicKeyOf(secret)!
  expect(verify({ profile: 'standard', secrets: [publicKey], headers, body, nowSeconds: 1000 }).ok).toBe(true)
  expect(verify({ profile: 'standard', secrets: [secret], headers, body, nowSeconds: 1000 }).ok).toBe(true)
})

test('the public key of vector V3 is V4', () => {
  expect(publicKeyOf(v3.secret)).toBe(v3.publicKey)
  expect(publicKeyOf(vectors.valid[0]!.secret)).toBeUndefined()
})

test('the hex profile has no asymmetric keys', () => {
  expect(() => generateSecret('hex', fill, 'asymmetric')).toThrow(TypeError)
})

describe('prepareKey', () => {
  test.each([
    ['standard', ''],
    ['standard', 'whsec_'],
    ['standard', 'whsec_===='],
    ['standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n'],
    ['standard', ' whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL+S_'],
    ['standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg='],
    ['standard', 'whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['standard', 'WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['standard', 'whsec_MfKQ9'],
    ['standard', 'whsk_'],
    ['standard', 'whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['standard', 'whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['svix', 'whsec_'],
    ['hex', ''],
    ['hex', 'two words'],
    ['hex', 'ümlaut'],
  ] as const)('refuses for %s the secret %j', (profile, secret) => {
    expect(prepareKey(profile, secret)).toMatchObject({ ok: false, code: 'bad_secret' })
  })

  test.each([
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS=',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr==',
  ])('takes the secret %s, its padding left off or not', (secret) => {
    expect(prepareKey('standard', secret).ok).toBe(true)
    expect(prepareKey('standard', `whsec_${secret}`).ok).toBe(true)
  })

  test.each([
    ['left off its padding', 'standard', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg=='],
    ['is in base64url', 'svix', 'whsec_-_8AMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ', 'whsec_+/8AMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ='],
    ['sets bits that are not used', 'standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr==', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBg=='],
    ['is a key pair without padding', 'standard', v3.secret.replace(/=+$/, ''), v3.secret],
    ['is literal text of hex', 'hex', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ] as const)('canonicalSecret pads and spells a secret that %s as every library reads it', (_, profile, given, kept) => {
    expect(canonicalSecret(profile, given)).toEqual({ ok: true, secret: kept })
    expect(canonicalSecret(profile, kept)).toEqual({ ok: true, secret: kept })
    const facts = { profile, id: 'msg_1', attemptId: 'a', eventType: 'b', timestampSeconds: 1, body: new Uint8Array() }
    expect(sign({ ...facts, secrets: [given] })).toEqual(sign({ ...facts, secrets: [kept] }))
  })

  test('refuses a whsk_ secret whose two halves do not belong together', () => {
    const other = generateSecret('standard', fill, 'asymmetric')
    const mixed = new Uint8Array(64)
    mixed.set(Buffer.from(v3.secret.slice(5), 'base64').subarray(0, 32))
    mixed.set(Buffer.from(other.slice(5), 'base64').subarray(32), 32)
    expect(prepareKey('standard', `whsk_${Buffer.from(mixed).toString('base64')}`)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('belong together'),
    })
  })
})
