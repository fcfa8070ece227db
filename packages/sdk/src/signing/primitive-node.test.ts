import { describe, expect, test } from 'vitest'
import ed25519 from '../../test-data/wycheproof/ed25519_test.json' with { type: 'json' }
import hmac from '../../test-data/wycheproof/hmac_sha256_test.json' with { type: 'json' }
import { prepareKey } from './key.ts'
import { ed25519PublicKey, ed25519Verify, equalText, hmacKey, hmacSha256 } from './primitive-node.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

describe('S6: Wycheproof, HMAC-SHA256', () => {
  const cases = hmac.testGroups.flatMap((group) => group.tests.map((one) => ({ ...one, tagSize: group.tagSize })))

  test('all 174 vectors are there', () => expect(cases).toHaveLength(174))

  test.each(cases)('$tcId $comment is $result', ({ key, msg, tag, tagSize, result }) => {
    const computed = hmacSha256(hmacKey(bytes(key)), { head: '', body: bytes(msg) }, 'hex').slice(0, tagSize / 4)
    expect(equalText(computed, tag)).toBe(result === 'valid')
  })
})

describe('S6: Wycheproof, Ed25519', () => {
  const cases = ed25519.testGroups.flatMap((group) => group.tests.map((one) => ({ ...one, pk: group.publicKey.pk })))

  test('all 151 vectors are there', () => expect(cases).toHaveLength(151))

  test.each(cases)('$tcId $comment is $result', ({ pk, msg, sig, result }) => {
    expect(prepareKey('standard', `whpk_${bytes(pk).toString('base64')}`).ok).toBe(true)
    expect(ed25519Verify(ed25519PublicKey(bytes(pk)), { head: '', body: bytes(msg) }, bytes(sig))).toBe(result === 'valid')
  })
})
