import { describe, expect, test } from 'vitest'
import { comparingTime, tellsWhere } from '../../../../test/support/comparing-time.ts'
import ed25519 from '../../test-data/wycheproof/ed25519_test.json' with { type: 'json' }
import hmac from '../../test-data/wycheproof/hmac_sha256_test.json' with { type: 'json' }
import { prepareKeyAsync } from './key-async.ts'
import { prepareKey } from './key.ts'
import * as node from './primitive-node.ts'
import * as web from './primitive-web.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

describe('S6: Wycheproof, HMAC-SHA256', () => {
  const cases = hmac.testGroups.flatMap((group) => group.tests.map((one) => ({ ...one, tagSize: group.tagSize })))

  test('all 174 vectors are there', () => expect(cases).toHaveLength(174))

  test.each(cases)('$tcId $comment is $result', async ({ key, msg, tag, tagSize, result }) => {
    const signed = { head: '', body: bytes(msg) }
    const computed = node.hmacSha256(node.hmacKey(bytes(key)), signed, 'hex')
    expect(node.equalText(computed.slice(0, tagSize / 4), tag)).toBe(result === 'valid')
    const onWeb = await web.hmacSha256(await web.hmacKey(bytes(key)), signed, 'hex')
    expect(web.equalText(onWeb.slice(0, tagSize / 4), tag)).toBe(result === 'valid')
  })
})

describe('S6: Wycheproof, Ed25519', () => {
  const cases = ed25519.testGroups.flatMap((group) => group.tests.map((one) => ({ ...one, pk: group.publicKey.pk })))

  test('all 151 vectors are there', () => expect(cases).toHaveLength(151))

  test.each(cases)('$tcId $comment is $result', async ({ pk, msg, sig, result }) => {
    const secret = `whpk_${Buffer.from(pk, 'hex').toString('base64')}`
    const signed = { head: '', body: bytes(msg) }
    expect(prepareKey('standard', secret).ok).toBe(true)
    expect(node.ed25519Verify(node.ed25519PublicKey(bytes(pk)), signed, bytes(sig))).toBe(result === 'valid')
    expect((await prepareKeyAsync('standard', secret)).ok).toBe(true)
    expect(await web.ed25519Verify(await web.ed25519PublicKey(bytes(pk)), signed, bytes(sig))).toBe(result === 'valid')
  })
})

test('S7: comparing takes every length and place of a difference', () => {
  for (const [a, b, same] of [
    ['', '', true],
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'bbc', false],
    ['abc', 'ab', false],
    ['ab', 'abc', false],
    ['\u0161', 'a', false],
  ] as const) {
    expect(web.equalText(a, b)).toBe(same)
    expect(node.equalText(a, b)).toBe(same)
  }
})

test.each([
  ['Node', node.equalText],
  ['browsers', web.equalText],
])('S7: comparing takes a time that says nothing about where the texts differ, in %s', (_, equal) => {
  expect(comparingTime(equal)).not.toSatisfy(tellsWhere)
})
