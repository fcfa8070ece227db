import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { generateSecret, openListenerAuth, publicKeyOf, sign, type OpenListenerAuth } from '#domain'
import { readHeaders } from '../request/headers.ts'
import { systemOf } from '../systems/registry.ts'
import { compileAuth, type HmacAuth, type SignedAuth } from './compile-auth.ts'
import { isLargeToVerify, verifyLarge } from './verify-large.ts'
import { verify, type VerifyRequest } from './verify.ts'

const NOW = 1_795_000_000
const body = Buffer.alloc(200_000, 'a')
const secretOf = (byte: number) => generateSecret('standard', (target) => target.fill(byte))
const pairOf = (byte: number) => generateSecret('standard', (target) => target.fill(byte), 'asymmetric')

function compile(auth: Record<string, unknown>, system = 'custom'): HmacAuth | SignedAuth {
  const made = compileAuth(openListenerAuth.parse(auth) as OpenListenerAuth, systemOf(system))
  if (!made.ok || !isLargeToVerify(made.auth, body)) throw new Error('this is not verified in portions')
  return made.auth
}

function request(headers: Readonly<Record<string, string>>, change: Partial<VerifyRequest> = {}): VerifyRequest {
  const raw = Object.entries(headers).flat()
  return { method: 'POST', url: '', path: '/in/a/b', query: '', headers: readHeaders(raw), body, nowSeconds: NOW, ...change }
}

const signed = (secrets: string[], { of = body, at = NOW }: { of?: Uint8Array; at?: number } = {}) =>
  sign({ profile: 'standard', secrets, id: 'msg_1', timestampSeconds: at, body: of })
const hex = (secret: string, of: Uint8Array = body) => createHmac('sha256', secret).update(of).digest('hex')

describe('verifying a large body', () => {
  const texts = Array.from({ length: 10 }, (_, index) => `secret number ${index}`)
  const hmac = compile({ kind: 'hmac', header: 'x-sig', secrets: texts })
  const standard = compile({ kind: 'preset', secrets: [secretOf(1), secretOf(2), publicKeyOf(pairOf(3))!] }, 'standard-webhooks')
  const decoys = Array.from({ length: 31 }, (_, index) => signed([pairOf(index + 10)])['webhook-signature']).join(' ')

  test.each([
    ['the first secret', hmac, request({ 'x-sig': hex(texts[0]!) })],
    ['the last secret', hmac, request({ 'x-sig': hex(texts[9]!) })],
    ['another secret', hmac, request({ 'x-sig': hex('another') })],
    ['no signature', hmac, request({})],
    ['a malformed signature', hmac, request({ 'x-sig': 'zz' })],
    ['HMAC of a family', standard, request(signed([secretOf(2)]))],
    ['Ed25519', standard, request(signed([pairOf(3)]))],
    [
      'Ed25519 behind thirty-one that do not fit',
      standard,
      request({ ...signed([pairOf(3)]), 'webhook-signature': `${decoys} ${signed([pairOf(3)])['webhook-signature']}` }),
    ],
    ['Ed25519 of another key', standard, request(signed([pairOf(4)]))],
    ['a stale time', standard, request(signed([secretOf(1)], { at: NOW - 1000 }))],
    ['another id', standard, request({ ...signed([secretOf(1)]), 'webhook-id': 'msg_2' })],
  ])('says what verifying at once says: %s', async (_, auth, made) => {
    expect(await verifyLarge(auth, made)).toEqual(verify(auth, made))
  })

  test('S6: does not take the signature of an empty body for that of the body', async () => {
    const nothing = new Uint8Array()
    for (const [auth, headers] of [
      [hmac, { 'x-sig': hex(texts[3]!, nothing) }],
      [standard, signed([secretOf(1)], { of: nothing })],
      [standard, signed([pairOf(3)], { of: nothing })],
    ] as const)
      expect(await verifyLarge(auth, request(headers))).toMatchObject({ ok: false, code: 'signature_mismatch' })
  })

  test('gives others a turn between two secrets, and between two signatures of Ed25519', async () => {
    let [turns, ended] = [0, false]
    const count = () => {
      turns++
      if (!ended) setImmediate(count)
    }
    setImmediate(count)
    await verifyLarge(hmac, request({ 'x-sig': hex('another') }))
    const afterSecrets = turns
    expect(afterSecrets).toBeGreaterThanOrEqual(9)
    await verifyLarge(standard, request({ ...signed([pairOf(4)]), 'webhook-signature': decoys }))
    expect(turns - afterSecrets).toBeGreaterThanOrEqual(30)
    ended = true
  })
})
