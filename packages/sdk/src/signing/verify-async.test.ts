import { describe, expect, test } from 'vitest'
import vectors from '../../test-data/standard-webhooks-vectors.json' with { type: 'json' }
import { verifyCases } from '../../test-data/verify-cases.ts'
import { generateSecretAsync, prepareKeyAsync, publicKeyOfAsync } from './key-async.ts'
import { generateSecret, publicKeyOf } from './key.ts'
import type { SigningProfile } from './profile.ts'
import { signAsync } from './sign-async.ts'
import { sign } from './sign.ts'
import { verifyAsync } from './verify-async.ts'
import { verify } from './verify.ts'

const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const body = new TextEncoder().encode('{"total":12.5,"name":"Åse 🎉"}')
const [v1, , v3] = vectors.valid as [Vector, Vector, Vector]
type Vector = (typeof vectors.valid)[number]
const facts = { id: 'evt_1', attemptId: 'atmpt_1', eventType: 'invoice.paid', timestampSeconds: 1_614_265_330, body }

describe("S6, S8: Node's own cryptography and its Web Crypto say the same of", () => {
  test.each(verifyCases)('$title: $code', async ({ input, code }) => {
    const result = verify(input)
    expect(result.ok ? 'ok' : result.code).toBe(code)
    expect(await verifyAsync(input)).toEqual(result)
  })
})

describe('R68: signing on Web Crypto', () => {
  const secretsOf: Record<SigningProfile, string[]> = {
    standard: [v3.secret, v1.secret],
    svix: [v1.secret],
    hex: [generateSecret('hex', fill), generateSecret('hex', fill)],
  }

  test.each(['standard', 'svix', 'hex'] as const)('gives the headers of %s that sign gives, with several secrets', async (profile) => {
    const input = { profile, secrets: secretsOf[profile], ...facts }
    const headers = await signAsync(input)
    expect(headers).toEqual(sign(input))
    for (const [secretIndex, secret] of input.secrets.entries()) {
      const alone = { profile, secrets: [secret], headers, body, nowSeconds: facts.timestampSeconds }
      expect(await verifyAsync(alone), String(secretIndex)).toMatchObject({ ok: true, secretIndex: 0 })
    }
  })

  test('takes prepared keys, which sign and verify like their texts', async () => {
    const prepared = await prepareKeyAsync('standard', v3.secret)
    if (!prepared.ok) throw new Error(prepared.detail)
    const headers = await signAsync({ profile: 'standard', secrets: [prepared.key], ...facts })
    expect(headers).toEqual(sign({ profile: 'standard', secrets: [v3.secret], ...facts }))
    const input = { profile: 'standard', headers, body, nowSeconds: facts.timestampSeconds } as const
    expect(await verifyAsync({ ...input, secrets: [prepared.key] })).toMatchObject({ ok: true })
    expect(await verifyAsync({ ...input, profile: 'hex', secrets: [prepared.key] })).toMatchObject({ code: 'missing_header' })
  })

  test.each([
    ['a public key', { secrets: [v3.publicKey!] }],
    ['no secret', { secrets: [] }],
    ['an empty secret', { secrets: [''] }],
    ['an id with a dot', { id: 'msg.1' }],
    ['a timestamp with a fraction', { timestampSeconds: 1.5 }],
  ])('is rejected with a TypeError for %s, as sign throws one', async (_, change) => {
    const input = { profile: 'standard', secrets: [v1.secret], ...facts, ...change } as const
    expect(() => sign(input)).toThrow(TypeError)
    await expect(signAsync(input)).rejects.toThrow(TypeError)
  })

  test('does not sign hex with Ed25519', async () => {
    const prepared = await prepareKeyAsync('standard', v3.secret)
    if (!prepared.ok) throw new Error(prepared.detail)
    await expect(signAsync({ profile: 'hex', secrets: [prepared.key], ...facts })).rejects.toThrow(/HMAC only/)
  })
})

describe('secrets on Web Crypto', () => {
  test('made of the same randomness, they are the same', async () => {
    const sevens = (target: Uint8Array) => target.fill(7)
    for (const [profile, kind] of [
      ['standard', 'symmetric'],
      ['standard', 'asymmetric'],
      ['svix', 'symmetric'],
      ['hex', 'symmetric'],
    ] as const) {
      expect(await generateSecretAsync(profile, sevens, kind)).toBe(generateSecret(profile, sevens, kind))
    }
    await expect(generateSecretAsync('hex', sevens, 'asymmetric')).rejects.toThrow(TypeError)
  })

  test('show their public half', async () => {
    expect(await publicKeyOfAsync(v3.secret)).toBe(v3.publicKey)
    const made = await generateSecretAsync('standard', fill, 'asymmetric')
    expect(await publicKeyOfAsync(made)).toBe(publicKeyOf(made))
    for (const secret of [v1.secret, v3.publicKey!, 'whsk_', `${v3.secret.slice(0, -8)}AAAAAA==`])
      expect(await publicKeyOfAsync(secret)).toBeUndefined()
  })
})
