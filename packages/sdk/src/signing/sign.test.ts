import { describe, expect, test } from 'vitest'
import vectors from '../../test-data/standard-webhooks-vectors.json' with { type: 'json' }
import { prepareKey } from './key.ts'
import { sign } from './sign.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const [v1, , v3] = vectors.valid as [Vector, Vector, Vector]
type Vector = (typeof vectors.valid)[number]
const hexSecret = '9f'.repeat(32)

describe('R68: signs as Standard Webhooks does', () => {
  test.each(vectors.valid)('vector $name', ({ secret, id, timestamp, body, signature }) => {
    const headers = sign({ profile: 'standard', secrets: [secret], id, timestampSeconds: timestamp, body: bytes(body) })
    expect(headers).toEqual({ 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature })
  })

  test('the svix profile is the same under its own header names', () => {
    const headers = sign({ profile: 'svix', secrets: [v1.secret], id: v1.id, timestampSeconds: v1.timestamp, body: bytes(v1.body) })
    expect(headers).toEqual({ 'svix-id': v1.id, 'svix-timestamp': String(v1.timestamp), 'svix-signature': v1.signature })
  })

  test('a prepared key signs like its text, and a secret like itself without its prefix', () => {
    const prepared = prepareKey('standard', v1.secret)
    if (!prepared.ok) throw new Error(prepared.detail)
    const input = { profile: 'standard', id: v1.id, timestampSeconds: v1.timestamp, body: bytes(v1.body) } as const
    expect(sign({ ...input, secrets: [prepared.key] })['webhook-signature']).toBe(v1.signature)
    expect(sign({ ...input, secrets: [v1.secret.slice(6)] })['webhook-signature']).toBe(v1.signature)
  })

  test('during an overlap all secrets sign, the newest first, symmetric and asymmetric mixed', () => {
    const headers = sign({
      profile: 'standard',
      secrets: [v3.secret, v1.secret],
      id: v1.id,
      timestampSeconds: v1.timestamp,
      body: bytes(v1.body),
    })
    expect(headers['webhook-signature']).toBe(`${v3.signature} ${v1.signature}`)
  })
})

describe('R67, R68, R75: the hex profile', () => {
  test('signs "{timestamp}.{raw body}" with the secret as literal text, and sends the five headers', () => {
    const headers = sign({
      profile: 'hex',
      secrets: [hexSecret],
      id: 'evt_1',
      attemptId: 'atmpt_1',
      eventType: 'invoice.paid',
      timestampSeconds: 1614265330,
      body: bytes('{"test": 2432232314}'),
    })
    expect(headers).toEqual({
      'X-Webhook-ID': 'atmpt_1',
      'X-Webhook-Event-ID': 'evt_1',
      'X-Webhook-Event': 'invoice.paid',
      'X-Webhook-Timestamp': '1614265330',
      // printf '%s' '1614265330.{"test": 2432232314}' | openssl dgst -sha256 -hmac 9f9f...9f
      'X-Webhook-Signature': '71eeaf2d8275c3fab38a501a1fd7eb747210373afc6ab7987fe0305b7af7730f',
    })
  })

  test('needs the attempt and the event type', () => {
    expect(() => sign({ profile: 'hex', secrets: [hexSecret], id: 'evt_1', timestampSeconds: 1, body: bytes('') })).toThrow(TypeError)
  })

  test('does not sign with Ed25519', () => {
    const prepared = prepareKey('standard', v3.secret)
    if (!prepared.ok) throw new Error(prepared.detail)
    const input = { profile: 'hex', id: 'evt_1', attemptId: 'a', eventType: 'b', timestampSeconds: 1, body: bytes('') } as const
    expect(() => sign({ ...input, secrets: [prepared.key] })).toThrow(/HMAC only/)
  })
})

describe('refuses what can only be a mistake', () => {
  const good = { profile: 'standard', secrets: [v1.secret], id: 'msg_1', timestampSeconds: 1614265330, body: bytes('') } as const
  test.each([
    ['no secret', { secrets: [] }],
    ['an empty secret', { secrets: [''] }],
    ['a public key', { secrets: [v3.publicKey!] }],
    ['an id with a dot, which would move bytes of the body into the timestamp', { id: 'msg.1' }],
    ['an id with a line end', { id: 'msg\r\n' }],
    ['an empty id', { id: '' }],
    ['a negative timestamp', { timestampSeconds: -1 }],
    ['a timestamp with a fraction', { timestampSeconds: 161426533.5 }],
    ['a timestamp that is no number', { timestampSeconds: Number.NaN }],
  ])('%s', (_, change) => {
    expect(() => sign({ ...good, ...change })).toThrow(TypeError)
  })

  test('and takes the same input without the mistake', () => {
    expect(Object.keys(sign(good))).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature'])
  })
})
