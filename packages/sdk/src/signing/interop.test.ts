import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { Webhook as Svix1Webhook } from 'svix-1'
import { describe, expect, test } from 'vitest'
import { generateSecret } from './key.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'

const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const payload = JSON.stringify({ type: 'invoice.paid', data: { total: 12.5, name: 'Åse 🎉' } })
const body = new TextEncoder().encode(payload)
// These libraries ask the machine for the time, so the test has to live in it too.
const nowSeconds = Math.floor(Date.now() / 1000)

describe.each([
  ['standard', 'standardwebhooks', StandardWebhook],
  ['svix', 'svix 2', SvixWebhook],
  ['standard', 'svix 2', SvixWebhook],
  ['svix', 'svix 1', Svix1Webhook],
  ['standard', 'svix 1', Svix1Webhook],
] as const)('R68: the %s profile and the npm package %s', (profile, _, Webhook) => {
  const prefix = profile === 'svix' ? 'svix' : 'webhook'
  const secret = generateSecret(profile, fill)

  test('the package verifies what we sign', () => {
    const headers = sign({ profile, secrets: [secret], id: 'msg_1', timestampSeconds: nowSeconds, body })
    new Webhook(secret).verify(payload, headers) // throws unless it matches
    expect(() => new Webhook(secret).verify(`${payload} `, headers)).toThrow(/No matching signature/)
  })

  test('the package verifies with either secret during a rotation', () => {
    const old = generateSecret(profile, fill)
    const headers = sign({ profile, secrets: [secret, old], id: 'msg_1', timestampSeconds: nowSeconds, body })
    new Webhook(secret).verify(payload, headers)
    new Webhook(old).verify(payload, headers)
    expect(() => new Webhook(generateSecret(profile, fill)).verify(payload, headers)).toThrow(/No matching signature/)
  })

  test('we verify what the package signs', () => {
    const signature = new Webhook(secret).sign('msg_1', new Date(nowSeconds * 1000), payload)
    const headers = { [`${prefix}-id`]: 'msg_1', [`${prefix}-timestamp`]: String(nowSeconds), [`${prefix}-signature`]: signature }
    expect(verify({ profile, secrets: [secret], headers, body, nowSeconds })).toMatchObject({ ok: true, id: 'msg_1' })
    expect(verify({ profile, secrets: [generateSecret(profile, fill)], headers, body, nowSeconds })).toMatchObject({
      ok: false,
      code: 'no_match',
    })
  })
})
