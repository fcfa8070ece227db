import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { longestTurnMs } from '../../../../../../test/support/longest-turn.ts'
import { compileScheme, NOW, outcomeOf, requestWith } from '../../../../../../test/support/scheme-requests.ts'

const secrets = ['sesame']
const mac = (text: string, algorithm = 'sha256') => createHmac(algorithm, 'sesame').update(text).digest('hex')
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const at = (body: string, headers: Record<string, string> = {}, query = '') => requestWith(headers, { body: Buffer.from(body), query })

describe('R93: a custom listener says where the signature stands and what was signed', () => {
  test('in a query parameter, over method, path and the digest of the body', () => {
    const scheme = compileScheme({ kind: 'hmac', query: 'sig', secrets, signedString: '{method} {path} {body:sha256}' })
    const digest = createHash('sha256').update('hello').digest('hex')
    const signature = mac(`POST /in/default/orders ${digest}`)
    expect(outcomeOf(scheme, at('hello', {}, `sig=${signature}`))).toBe('ok')
    expect(outcomeOf(scheme, at('hullo', {}, `sig=${signature}`))).toBe('signature_mismatch')
    expect(outcomeOf(scheme, at('hello', {}, `sig=${signature}&sig=${signature}`))).toBe('signature_malformed')
    expect(outcomeOf(scheme, at('hello'))).toBe('signature_missing')
  })

  test('over the fields of a form, with its time in one of them', () => {
    const auth = {
      kind: 'hmac',
      header: 'x-sig',
      secrets,
      signedString: '{field:body.at}|{timestamp}|{form}',
      timestamp: { field: 'body.at' },
    }
    const scheme = compileScheme(auth)
    const signature = mac(`${NOW}|${NOW}|at${NOW}id7`)
    expect(outcomeOf(scheme, at(`id=7&at=${NOW}`, { ...form, 'x-sig': signature }))).toBe('ok')
    expect(outcomeOf(scheme, at(`id=8&at=${NOW}`, { ...form, 'x-sig': signature }))).toBe('signature_mismatch')
    expect(outcomeOf(scheme, at('id=7', { ...form, 'x-sig': signature }))).toBe('timestamp_missing')
    expect(() => compileScheme({ ...auth, header: undefined, field: 'body.sig' })).toThrow()
  })

  test('in pairs, of which any that fits is enough, with the time beside them', () => {
    const auth = {
      kind: 'hmac',
      header: 'x-sig',
      separator: ',',
      pair: 'v1',
      secrets,
      signedString: '{timestamp}.{body}',
      timestamp: { pair: 't' },
    }
    const scheme = compileScheme(auth)
    const right = mac(`${NOW}.a`)
    const wrong = mac('b')
    const outcome = (value: string) => outcomeOf(scheme, at('a', { 'x-sig': value }))
    expect(outcome(`t=${NOW},v1=${wrong},v1=${right}`)).toBe('ok')
    expect(outcome(`v1=${right}, t=${NOW}, v0=x`)).toBe('ok')
    expect(outcome(`t=${NOW},v0=${right}`)).toBe('signature_malformed')
    expect(outcome(`v1=${right}`)).toBe('timestamp_missing')
    expect(outcome(`t=${NOW},t=${NOW},v1=${right}`)).toBe('timestamp_malformed')
    expect(outcome(`t=${NOW},${`v1=${wrong},`.repeat(31)}v1=${right}`)).toBe('signature_mismatch')
    expect(outcome(`t=${NOW + 301},v1=${mac(`${NOW + 301}.a`)}`)).toBe('timestamp_stale')
  })

  test('over a plain digest with the secret', () => {
    const scheme = compileScheme({
      kind: 'hash',
      header: 'x-sig',
      secrets: ['older', 'sesame'],
      algorithm: 'sha512',
      signedString: '{secret}:{body}',
    })
    const signature = createHash('sha512').update('sesame:a').digest('hex')
    expect(outcomeOf(scheme, at('a', { 'x-sig': signature }))).toBe('ok')
    expect(outcomeOf(scheme, at('b', { 'x-sig': signature }))).toBe('signature_mismatch')
  })

  test('as a token in the body, of JSON or a form', () => {
    const scheme = compileScheme({ kind: 'token', field: 'body.auth.key', tokens: ['a', 'sesame'] })
    expect(outcomeOf(scheme, at('{"auth":{"key":"sesame"}}', json))).toBe('ok')
    expect(outcomeOf(scheme, at('{"auth":{"key":"open"}}', json))).toBe('token_wrong')
    expect(outcomeOf(scheme, at('{"auth":{"key":["sesame"]}}', json))).toBe('token_missing')
    expect(outcomeOf(scheme, at('not json', json))).toBe('token_missing')
    const ofForm = compileScheme({ kind: 'token', field: 'body.token', tokens: ['sesame'] })
    expect(outcomeOf(ofForm, at('x=1&token=sesame', form))).toBe('ok')
    expect(outcomeOf(ofForm, at('token=sesame&token=x', form))).toBe('token_missing')
  })

  test('S6: where the fields of a form are signed, no other body is taken for none', () => {
    const scheme = compileScheme({ kind: 'hmac', header: 'x-sig', secrets, signedString: '{path}{form}' })
    const signature = mac('/in/default/ordersa1b2')
    expect(outcomeOf(scheme, at('b=2&a=1', { ...form, 'x-sig': signature }))).toBe('ok')
    expect(outcomeOf(scheme, at('{"a":1}', { ...json, 'x-sig': mac('/in/default/orders') }))).toBe('signature_malformed')
    expect(outcomeOf(scheme, at('', { 'x-sig': mac('/in/default/orders') }))).toBe('ok')
  })
})

describe('S6: Twilio', () => {
  const scheme = compileScheme({ kind: 'preset', secrets }, 'twilio')
  const body = '{"a":1}'
  const digest = createHash('sha256').update(body).digest('hex')
  const url = `https://hooks.example/in/default/twilio?bodySHA256=${digest}`
  const headers = { ...json, 'x-twilio-signature': createHmac('sha1', 'sesame').update(url).digest('base64') }
  const request = (of: string, query = `bodySHA256=${digest}`) => requestWith(headers, { body: Buffer.from(of), query, url })

  test('a body that is no form is signed by its digest in the URL', () => {
    expect(outcomeOf(scheme, request(body))).toBe('ok')
    expect(outcomeOf(scheme, request('{"a":2}'))).toBe('signature_mismatch')
    expect(outcomeOf(scheme, request(body, ''))).toBe('signature_missing')
  })
})

test.each([
  ['JSON of numbers', json, `{"value":[${'12345678901234567890,'.repeat(12_400)}1]}`],
  ['JSON of names', json, `{"value":[{${Array.from({ length: 18_000 }, (_, i) => `"k${i}":1`).join()}}]}`],
  ['a form of names', form, Array.from({ length: 30_000 }, (_, i) => `k${i}=1`).join('&')],
])('S30: the worst body that is read before it is verified holds nobody up: %s', async (_, headers, body) => {
  const token = compileScheme({ kind: 'token', field: 'body.value', tokens: secrets })
  const signed = compileScheme({ kind: 'hmac', header: 'x-sig', secrets, signedString: '{form}' })
  const request = at(body, { ...headers, 'x-sig': 'ab' })
  for (const scheme of [token, signed]) expect(await longestTurnMs(async () => scheme.verify(request), { times: 3 })).toBeLessThan(50)
})
