import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openListenerAuth, type OpenListenerAuth } from '#domain'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import { requestWith } from '../../../../../../test/support/scheme-requests.ts'
import { startSenderHosts, type SenderHosts } from '../../../../test/systems/sender-hosts.ts'
import { signedExample } from '../../../../test/systems/sent-request.ts'
import { signers } from '../../../../test/systems/signers/index.ts'
import { senderKeys } from '../../../../test/systems/signers/sender-keys.ts'
import { systemOf } from '../../systems/registry.ts'
import { compileAuth } from '../compile-auth.ts'
import type { RemoteScheme } from '../scheme.ts'
import { RemoteKeys } from './remote-keys.ts'

const HOUR_MS = 3_600_000
const KEY_SET = 'https://keys.example.com/jwks'

let hosts: SenderHosts
let clock: ReturnType<typeof createFakeClock>
let keys: RemoteKeys
beforeEach(async () => {
  hosts = await startSenderHosts()
  hosts.pages.set('keys.example.com/jwks', { status: 200, body: JSON.stringify(senderKeys.keySet.json) })
  clock = createFakeClock()
  keys = new RemoteKeys({ egress: hosts.egress, clock, log: createCollectingLog() })
})
afterEach(() => hosts[Symbol.asyncDispose]())

function compile(auth: object, system = 'custom'): RemoteScheme {
  const made = compileAuth(openListenerAuth.parse(auth) as OpenListenerAuth, systemOf(system), { keys })
  if (!made.ok || made.scheme.reads !== 'body_and_keys') throw new Error('This scheme needs no keys.')
  return made.scheme
}

async function codeOf(scheme: RemoteScheme, request: Parameters<RemoteScheme['verify']>[0]): Promise<string> {
  const result = await scheme.verify(request)
  return result.ok ? 'ok' : result.code
}

const detailOf = async (scheme: RemoteScheme, request: Parameters<RemoteScheme['verify']>[0]): Promise<string> => {
  const result = await scheme.verify(request)
  return result.ok ? 'ok' : result.detail
}
/** Three, and none of them is a secret that such a scheme does not have. */
const CAUSES = /three usual causes: (?!.*secret).+, .+, or .+\.$/

const paypal = async () => {
  const { headers, body } = await signedExample(systemOf('paypal'), signers['paypal']!)
  const request = requestWith(Object.fromEntries(headers), { body, nowSeconds: Date.now() / 1000 })
  return { scheme: compile({ kind: 'preset', ...signers['paypal']!.auth }, 'paypal'), request }
}
const CERTIFICATE = 'api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5a29e601'

describe('certificates', () => {
  test('one is fetched once for all requests of an hour, and again afterwards', async () => {
    const { scheme, request } = await paypal()
    expect(await Promise.all(Array.from({ length: 20 }, () => codeOf(scheme, request)))).toEqual(Array.from({ length: 20 }, () => 'ok'))
    clock.advance(HOUR_MS - 1)
    expect(await codeOf(scheme, request)).toBe('ok')
    expect(hosts.asked).toEqual([CERTIFICATE])
    clock.advance(2)
    expect(await codeOf(scheme, request)).toBe('ok')
    expect(hosts.asked).toHaveLength(2)
  })

  test('a signature that does not fit names what it may be: the setting that is signed with it, or who sent it', async () => {
    const { scheme, request } = await paypal()
    const changed = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }
    expect(await detailOf(scheme, changed)).toMatch(CAUSES)
    expect(await detailOf(scheme, changed)).toContain('the setting of the listener that is signed with it is that of another webhook')

    const { headers, body } = await signedExample(systemOf('aws-sns'), signers['aws-sns']!)
    const sns = compile({ kind: 'preset', ...signers['aws-sns']!.auth }, 'aws-sns')
    const told = (text: string) =>
      detailOf(sns, requestWith(Object.fromEntries(headers), { body: Buffer.from(text), nowSeconds: Date.now() / 1000 }))
    const sent = JSON.parse(String(body)) as { Message: string }
    expect(await told(JSON.stringify({ ...sent, Message: 'another' }))).toMatch(CAUSES)
    expect(await told(JSON.stringify({ ...sent, Message: 'another' }))).toContain('was not made by this system')
  })

  test('S6: while one cannot be had nothing is taken: 503, and no certificate is asked for twice within ten seconds', async () => {
    const { scheme, request } = await paypal()
    hosts.pages.delete(CERTIFICATE)
    for (let i = 0; i < 3; i++) expect(await codeOf(scheme, request)).toBe('verification_unavailable')
    expect(hosts.asked).toHaveLength(1)
    hosts.pages.set(CERTIFICATE, { status: 200, body: senderKeys.certified.pem })
    clock.advance(10_001)
    expect(await codeOf(scheme, request)).toBe('ok')
  })

  test('one is had though somebody takes its address for that of a key set', async () => {
    const url = `https://${CERTIFICATE}`
    expect(await keys.keySet(url)).toBeUndefined()
    expect(await keys.certificate(url)).toMatchObject({ validFrom: expect.any(Number) as number })
    expect(await keys.keySet(url)).toBeUndefined()
  })

  test('one that was had goes on being used for a day where it cannot be had anew', async () => {
    const { scheme, request } = await paypal()
    expect(await codeOf(scheme, request)).toBe('ok')
    hosts.pages.delete(CERTIFICATE)
    clock.advance(23 * HOUR_MS)
    expect(await codeOf(scheme, request)).toBe('ok')
    clock.advance(2 * HOUR_MS)
    expect(await codeOf(scheme, request)).toBe('verification_unavailable')
  })

  test.each([
    ['no certificate', 'not here'],
    ['a page that is too large', 'x'.repeat(300_000)],
  ])('%s is none', async (_, body) => {
    const { scheme, request } = await paypal()
    hosts.pages.set(CERTIFICATE, { status: 200, body })
    expect(await codeOf(scheme, request)).toBe('verification_unavailable')
  })

  test('S6: whoever is not trusted yet makes us call a host thirty times a minute at most', async () => {
    const { scheme, request } = await paypal()
    for (let i = 0; i < 50; i++) {
      const url = `https://api.paypal.com/v1/notifications/certs/CERT-${i}`
      expect(await codeOf(scheme, { ...request, headers: { ...request.headers, 'paypal-cert-url': [url] } })).toBe(
        'verification_unavailable',
      )
    }
    expect(hosts.asked).toHaveLength(30)
  })

  test.each([
    'https://evil.example/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://user@api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../../upload/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/CERT-1?next=https://evil.example',
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'file:///etc/passwd',
    'not a url',
  ])('S1: a certificate at %s is never asked for', async (url) => {
    const { scheme, request } = await paypal()
    expect(await codeOf(scheme, { ...request, headers: { ...request.headers, 'paypal-cert-url': [url] } })).toBe('signature_malformed')
    expect(hosts.asked).toEqual([])
  })
})

describe('tokens', () => {
  const now = Math.floor(Date.now() / 1000)
  const body = Buffer.from('{"a":1}')
  const token = (claims: object = {}, head: object = {}) =>
    new SignJWT({ iss: 'https://sender.example', aud: 'me', exp: now + 600, ...claims }).setProtectedHeader({
      alg: 'RS256',
      kid: 'key-1',
      ...head,
    })
  const shown = (text: string, name = 'Authorization') =>
    requestWith({ [name]: name === 'Authorization' ? `Bearer ${text}` : text }, { body, nowSeconds: now })
  const keyed = { kind: 'jwt', keySetUrl: KEY_SET, issuer: 'https://sender.example', audience: 'me' }

  test('one that a key of the set signed is taken, for whom it is meant, while it holds', async () => {
    const scheme = compile(keyed)
    const key = senderKeys.keySet.privateKey
    expect(await codeOf(scheme, shown(await token().sign(key)))).toBe('ok')
    expect(await codeOf(scheme, shown(await token({ iss: 'https://evil.example' }).sign(key)))).toBe('signature_mismatch')
    expect(await codeOf(scheme, shown(await token({ aud: 'you' }).sign(key)))).toBe('signature_mismatch')
    expect(await codeOf(scheme, shown(await token({ exp: now - 61 }).sign(key)))).toBe('token_expired')
    expect(await codeOf(scheme, shown(await token({ nbf: now + 120 }).sign(key)))).toBe('token_expired')
    expect(await codeOf(scheme, shown(await token().sign(senderKeys.certified.privateKey)))).toBe('signature_mismatch')
    expect(hosts.asked).toHaveLength(1)
    expect(await detailOf(scheme, shown(await token().sign(senderKeys.certified.privateKey)))).toMatch(CAUSES)
    expect(await detailOf(scheme, shown(await token({}, { kid: 'key-2' }).sign(key)))).toMatch(CAUSES)
  })

  test('S6: one without a signature, or signed with the public key as a secret, is refused', async () => {
    const scheme = compile(keyed)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = part({ iss: 'https://sender.example', aud: 'me', exp: now + 600 })
    expect(await codeOf(scheme, shown(`${part({ alg: 'none' })}.${claims}.`))).toBe('signature_malformed')
    const publicKey = JSON.stringify(senderKeys.keySet.json.keys[0])
    expect(await codeOf(scheme, shown(await token({}, { alg: 'HS256' }).sign(Buffer.from(publicKey))))).toBe('signature_malformed')
    for (const text of ['', 'a', 'a.b.c', 'x'.repeat(20_000)]) expect(await codeOf(scheme, shown(text)), text).not.toBe('ok')
  })

  test('a set is asked for again for a key that it does not have, every 30 seconds at most', async () => {
    const scheme = compile(keyed)
    const [own] = senderKeys.keySet.json.keys
    hosts.pages.set('keys.example.com/jwks', { status: 200, body: JSON.stringify({ keys: [{ ...own, kid: 'older' }] }) })
    const request = shown(await token().sign(senderKeys.keySet.privateKey))
    for (let i = 0; i < 5; i++) expect(await codeOf(scheme, request)).toBe('signature_mismatch')
    expect(hosts.asked).toHaveLength(1)
    hosts.pages.set('keys.example.com/jwks', { status: 200, body: JSON.stringify(senderKeys.keySet.json) })
    clock.advance(30_001)
    expect(await codeOf(scheme, request)).toBe('ok')
    expect(hosts.asked).toHaveLength(2)
  })

  test('S6: while the set cannot be had nothing is taken', async () => {
    hosts.pages.delete('keys.example.com/jwks')
    const request = shown(await token().sign(senderKeys.keySet.privateKey))
    expect(await codeOf(compile(keyed), request)).toBe('verification_unavailable')
  })

  test('any of several shared secrets signs, and the digest of the body must be that of the body', async () => {
    const scheme = compile({ kind: 'jwt', header: 'X-Token', secrets: ['new', 'old'], bodyHash: { claim: 'body', encoding: 'base64' } })
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('base64')
    const sign = (secret: string, claims: object = { body: digest }) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret))
    for (const secret of ['new', 'old']) expect(await codeOf(scheme, shown(await sign(secret), 'X-Token'))).toBe('ok')
    expect(await codeOf(scheme, shown(await sign('other'), 'X-Token'))).toBe('signature_mismatch')
    expect(await codeOf(scheme, shown(await sign('new', {}), 'X-Token'))).toBe('signature_malformed')
    expect(await codeOf(scheme, { ...shown(await sign('new'), 'X-Token'), body: Buffer.from('{"a":2}') })).toBe('signature_mismatch')
    expect(await codeOf(scheme, shown('', 'X-Token'))).toBe('token_missing')
  })
})
