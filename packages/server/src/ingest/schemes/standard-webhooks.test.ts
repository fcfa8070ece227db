import { generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { BODY, compileScheme, NOW, outcomeOf, requestWith } from '../../../../../test/support/scheme-requests.ts'

describe('standard webhooks', () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const standard = (at: number, id = 'msg_1') => ({
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': new StandardWebhook(secret).sign(id, new Date(at * 1000), BODY.toString()),
  })
  const svix = (at: number, id = 'msg_1') => ({
    'svix-id': id,
    'svix-timestamp': String(at),
    'svix-signature': new SvixWebhook(secret).sign(id, new Date(at * 1000), BODY.toString()),
  })

  test.each(['standard-webhooks', 'svix'])('R93: %s takes what the packages standardwebhooks and svix signed', (system) => {
    const auth = compileScheme({ kind: 'preset', secrets: [secret] }, system)
    expect(auth.verify(requestWith(standard(NOW)))).toEqual({ ok: true, credential: null, signedId: 'msg_1', secret: 0 })
    expect(auth.verify(requestWith(svix(NOW)))).toEqual({ ok: true, credential: null, signedId: 'msg_1', secret: 0 })
  })

  test('S8: takes 299 seconds of age in both directions and refuses 301', () => {
    const auth = compileScheme({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    expect([-301, -299, 299, 301].map((age) => outcomeOf(auth, requestWith(standard(NOW + age))))).toEqual([
      'timestamp_stale',
      'ok',
      'ok',
      'timestamp_stale',
    ])
  })

  test('the id that counts is the one that was signed, not one of the other family beside it', () => {
    const auth = compileScheme({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    const result = auth.verify(requestWith({ ...svix(NOW, 'signed'), 'webhook-id': 'made-up' }))
    expect(result).toMatchObject({ ok: true, signedId: 'signed' })
  })

  test('S6: refuses each of 10,000 requests with one bit flipped in body, id, timestamp or signature', () => {
    const auth = compileScheme({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    const good = standard(NOW)
    const names = Object.keys(good) as (keyof typeof good)[]
    const parts = [BODY, ...names.map((name) => Buffer.from(good[name]))]
    const bits = parts.reduce((sum, part) => sum + part.length, 0) * 8
    let refused = 0
    for (let i = 0; i < 10_000; i++) {
      let bit = (i * 7919) % bits
      const flipped = parts.map((part) => Buffer.from(part))
      const hit = flipped.find((part) => (bit < part.length * 8 ? true : ((bit -= part.length * 8), false)))!
      hit[bit >> 3]! ^= 1 << (bit & 7)
      const headers = Object.fromEntries(names.map((name, at) => [name, flipped[at + 1]!.toString('latin1')]))
      if (!auth.verify(requestWith(headers, { body: flipped[0]! })).ok) refused++
    }
    expect(refused).toBe(10_000)
  })

  test('names a missing header, a malformed time and a wrong secret apart', () => {
    const auth = compileScheme({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    const good = standard(NOW)
    expect(outcomeOf(auth, requestWith({}))).toBe('signature_missing')
    expect(outcomeOf(auth, requestWith({ ...good, 'webhook-timestamp': `${NOW}.0` }))).toBe('timestamp_malformed')
    expect(outcomeOf(auth, requestWith({ ...good, 'webhook-signature': 'v1,AAAA' }))).toBe('signature_mismatch')
    expect(outcomeOf(auth, requestWith({ ...good, 'webhook-signature': good['webhook-signature'].replace('v1,', 'v2,') }))).toBe(
      'signature_mismatch',
    )
  })

  test('R93: takes Ed25519 signatures of a whpk_ key, beside a symmetric secret while it is replaced', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    const auth = compileScheme(
      { kind: 'preset', secrets: [`whpk_${raw.toString('base64')}`, 'whsec_MDEyMzQ1Njc4OWFiY2RlZg=='] },
      'standard-webhooks',
    )
    const signature = signBytes(null, Buffer.concat([Buffer.from(`msg_1.${NOW}.`), BODY]), privateKey).toString('base64')
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW), 'webhook-signature': `v1a,${signature}` }
    expect(outcomeOf(auth, requestWith(headers))).toBe('ok')
    expect(outcomeOf(auth, requestWith(headers, { body: Buffer.from('{}') }))).toBe('signature_mismatch')
  })
})
