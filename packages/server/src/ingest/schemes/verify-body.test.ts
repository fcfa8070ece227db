import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { generateSecret, publicKeyOf, sign } from '#domain'
import { longestTurnMs } from '../../../../../test/support/longest-turn.ts'
import { compileScheme, NOW, requestWith } from '../../../../../test/support/scheme-requests.ts'
import type { BodyScheme } from './scheme.ts'
import { verifyBody } from './verify-body.ts'

const body = Buffer.alloc(200_000, 'a')
const secretOf = (byte: number) => generateSecret('standard', (target) => target.fill(byte))
const pairOf = (byte: number) => generateSecret('standard', (target) => target.fill(byte), 'asymmetric')

function compile(auth: Record<string, unknown>, system = 'custom'): BodyScheme {
  const scheme = compileScheme(auth, system)
  if (scheme.reads !== 'body') throw new Error('this needs no body')
  return scheme
}

const request = (headers: Readonly<Record<string, string>>) => requestWith(headers, { body })

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
    const verified = verifyBody(auth, made)
    expect(verified).toBeInstanceOf(Promise)
    expect(await verified).toEqual(auth.verify(made))
  })

  test('S6: does not take the signature of an empty body for that of the body', async () => {
    const nothing = new Uint8Array()
    for (const [auth, headers] of [
      [hmac, { 'x-sig': hex(texts[3]!, nothing) }],
      [standard, signed([secretOf(1)], { of: nothing })],
      [standard, signed([pairOf(3)], { of: nothing })],
    ] as const)
      expect(await verifyBody(auth, request(headers))).toMatchObject({ ok: false, code: 'signature_mismatch' })
  })

  const large = Buffer.alloc(10 * 1024 * 1024)
  const keys = Array.from({ length: 10 }, (_, i) => publicKeyOf(pairOf(i + 100))!)
  const tenKeys = compile({ kind: 'preset', secrets: keys }, 'standard-webhooks')
  const many = (of: Uint8Array) => requestWith({ ...signed([pairOf(4)], { of }), 'webhook-signature': `${decoys} ${decoys}` }, { body: of })

  test('shares its turns among all that are verified', async () => {
    const two = compile({ kind: 'hmac', header: 'x-sig', secrets: texts.slice(0, 2) })
    const wrong = requestWith({ 'x-sig': hex('another') }, { body: large })
    const longestMs = await longestTurnMs(() => Promise.all(Array.from({ length: 30 }, async () => verifyBody(two, wrong))), { times: 3 })
    expect(longestMs).toBeLessThan(100) // one hash takes ten; thirty in one turn took two hundred and more
  })

  test.each([
    ['a small body', Buffer.alloc(64 * 1024 - 1)],
    ['a large body', Buffer.alloc(64 * 1024)],
    ['no body', Buffer.alloc(0)],
  ])('takes turns over as many signatures of Ed25519 as a caller likes: %s', async (_, of) => {
    expect(await verifyBody(tenKeys, many(of))).toEqual(tenKeys.verify(many(of)))
    const longestMs = await longestTurnMs(async () => verifyBody(tenKeys, many(of)), { times: 3 })
    expect(longestMs).toBeLessThan(25) // three hundred and twenty checks take fifty and more
  })

  test('verifies at once what is small and has few signatures', () => {
    const few = requestWith(signed([pairOf(4)], { of: Buffer.from('{}') }), { body: Buffer.from('{}') })
    for (const scheme of [standard, hmac]) expect(verifyBody(scheme, few)).not.toBeInstanceOf(Promise)
  })
})
