import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { sign as signGitHub } from '@octokit/webhooks-methods'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { openListenerAuth, type OpenListenerAuth } from '#domain'
import { readHeaders } from '../request/headers.ts'
import { systemOf } from '../systems/registry.ts'
import { challengeOf, compileAuth, unusableAuth, type CompiledAuth } from './compile-auth.ts'
import { verify, type VerifyRequest } from './verify.ts'

const NOW = 1_795_000_000
const body = Buffer.from('{"zen":"Speak like a human.","n":1.0,"text":"h\u00e9llo"}')

function compile(auth: Record<string, unknown>, system = 'custom'): CompiledAuth {
  const made = compileAuth(openListenerAuth.parse(auth) as OpenListenerAuth, systemOf(system))
  if (!made.ok) throw new Error(made.faults.map((fault) => fault.message).join())
  return made.auth
}

function request(headers: Record<string, string | string[]>, change: Partial<VerifyRequest> = {}): VerifyRequest {
  const raw = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]))
  return {
    method: 'POST',
    url: 'https://hooks.example/in/default/orders?x=1',
    path: '/in/default/orders',
    query: 'x=1',
    headers: readHeaders(raw),
    body,
    nowSeconds: NOW,
    ...change,
  }
}

const outcome = (auth: CompiledAuth, made: VerifyRequest) => {
  const result = verify(auth, made)
  return result.ok ? 'ok' : result.code
}

describe('github', () => {
  const auth = compile({ kind: 'preset', secrets: ['It is a secret'] }, 'github')

  test('R93: takes what @octokit/webhooks-methods signed', async () => {
    const signature = await signGitHub('It is a secret', body.toString())
    expect(verify(auth, request({ 'X-Hub-Signature-256': signature }))).toEqual({ ok: true, credential: null, signedId: null })
  })

  test('R93: takes any of several secrets while they rotate, and no other', async () => {
    const rotating = compile({ kind: 'preset', secrets: ['new', 'old'] }, 'github')
    for (const secret of ['new', 'old']) {
      expect(outcome(rotating, request({ 'x-hub-signature-256': await signGitHub(secret, body.toString()) }))).toBe('ok')
    }
    expect(outcome(rotating, request({ 'x-hub-signature-256': await signGitHub('older', body.toString()) }))).toBe('signature_mismatch')
  })

  test('S6: fails closed on a signature that is missing, cut, lengthened, repeated or of another version', async () => {
    const good = await signGitHub('It is a secret', body.toString())
    const hex = good.slice('sha256='.length)
    const sha1 = createHmac('sha1', 'It is a secret').update(body).digest('hex')
    expect(outcome(auth, request({}))).toBe('signature_missing')
    expect(outcome(auth, request({ 'x-hub-signature-256': '' }))).toBe('signature_missing')
    expect(outcome(auth, request({ 'x-hub-signature-256': [good, good] }))).toBe('signature_malformed')
    for (const value of ['sha256=', 'sha256', hex, `sha1=${sha1}`, `SHA256=${hex}`, `${good}0`, good.slice(0, -1), `${good} `]) {
      expect(verify(auth, request({ 'x-hub-signature-256': value })).ok, value).toBe(false)
    }
    const base64 = Buffer.from(hex, 'hex').toString('base64')
    expect(outcome(auth, request({ 'x-hub-signature-256': `sha256=${base64}` }))).toBe('signature_mismatch')
    expect(outcome(auth, request({ 'x-hub-signature-256': `${`${good},`.repeat(1000)}` }))).toBe('signature_mismatch')
  })

  test('takes hex in either case, because it is the bytes that are compared', async () => {
    const hex = (await signGitHub('It is a secret', body.toString())).slice('sha256='.length)
    expect(outcome(auth, request({ 'x-hub-signature-256': `sha256=${hex.toUpperCase()}` }))).toBe('ok')
  })

  test('S6: refuses each of 10,000 requests with one bit flipped in body or signature', async () => {
    const good = await signGitHub('It is a secret', body.toString())
    const bits = (body.length + good.length) * 8
    let refused = 0
    for (let i = 0, tried = 0; tried < 10_000; i++) {
      const bit = (i * 7919) % bits
      const flipped = Buffer.concat([body, Buffer.from(good)])
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      // The other case of a hexadecimal digit is the same signature.
      const inDigits = bit >> 3 >= body.length + 'sha256='.length
      if (inDigits && flipped.toString('latin1', body.length).toLowerCase() === good) continue
      tried++
      const made = request({ 'x-hub-signature-256': flipped.toString('latin1', body.length) }, { body: flipped.subarray(0, body.length) })
      if (!verify(auth, made).ok) refused++
    }
    expect(refused).toBe(10_000)
  })

  test('R93: signs nothing but the raw bytes, so the same JSON spelt otherwise is refused', async () => {
    const signature = await signGitHub('It is a secret', body.toString())
    const respelt = Buffer.from(JSON.stringify(JSON.parse(body.toString())))
    expect(outcome(auth, request({ 'x-hub-signature-256': signature }, { body: respelt }))).toBe('signature_mismatch')
  })
})

describe('standard webhooks', () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const standard = (at: number, id = 'msg_1') => ({
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': new StandardWebhook(secret).sign(id, new Date(at * 1000), body.toString()),
  })
  const svix = (at: number, id = 'msg_1') => ({
    'svix-id': id,
    'svix-timestamp': String(at),
    'svix-signature': new SvixWebhook(secret).sign(id, new Date(at * 1000), body.toString()),
  })

  test.each(['standard-webhooks', 'svix'])('R93: %s takes what the packages standardwebhooks and svix signed', (system) => {
    const auth = compile({ kind: 'preset', secrets: [secret] }, system)
    expect(verify(auth, request(standard(NOW)))).toEqual({ ok: true, credential: null, signedId: 'msg_1' })
    expect(verify(auth, request(svix(NOW)))).toEqual({ ok: true, credential: null, signedId: 'msg_1' })
  })

  test('S8: takes 299 seconds of age in both directions and refuses 301', () => {
    const auth = compile({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    expect([-301, -299, 299, 301].map((age) => outcome(auth, request(standard(NOW + age))))).toEqual([
      'timestamp_stale',
      'ok',
      'ok',
      'timestamp_stale',
    ])
  })

  test('the id that counts is the one that was signed, not one of the other family beside it', () => {
    const auth = compile({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    const result = verify(auth, request({ ...svix(NOW, 'signed'), 'webhook-id': 'made-up' }))
    expect(result).toMatchObject({ ok: true, signedId: 'signed' })
  })

  test('S6: refuses each of 10,000 requests with one bit flipped in body, id, timestamp or signature', () => {
    const auth = compile({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    const good = standard(NOW)
    const names = Object.keys(good) as (keyof typeof good)[]
    const parts = [body, ...names.map((name) => Buffer.from(good[name]))]
    const bits = parts.reduce((sum, part) => sum + part.length, 0) * 8
    let refused = 0
    for (let i = 0; i < 10_000; i++) {
      let bit = (i * 7919) % bits
      const flipped = parts.map((part) => Buffer.from(part))
      const hit = flipped.find((part) => (bit < part.length * 8 ? true : ((bit -= part.length * 8), false)))!
      hit[bit >> 3]! ^= 1 << (bit & 7)
      const headers = Object.fromEntries(names.map((name, at) => [name, flipped[at + 1]!.toString('latin1')]))
      if (!verify(auth, request(headers, { body: flipped[0]! })).ok) refused++
    }
    expect(refused).toBe(10_000)
  })

  test('names a missing header, a malformed time and a wrong secret apart', () => {
    const auth = compile({ kind: 'preset', secrets: [secret] }, 'standard-webhooks')
    const good = standard(NOW)
    expect(outcome(auth, request({}))).toBe('signature_missing')
    expect(outcome(auth, request({ ...good, 'webhook-timestamp': `${NOW}.0` }))).toBe('timestamp_malformed')
    expect(outcome(auth, request({ ...good, 'webhook-signature': 'v1,AAAA' }))).toBe('signature_mismatch')
    expect(outcome(auth, request({ ...good, 'webhook-signature': good['webhook-signature'].replace('v1,', 'v2,') }))).toBe(
      'signature_mismatch',
    )
  })
})

describe('hmac', () => {
  const sign = (text: string, options: { algorithm?: string; encoding?: 'hex' | 'base64' | 'base64url'; key?: string | Buffer } = {}) =>
    createHmac(options.algorithm ?? 'sha256', options.key ?? 'secret')
      .update(text)
      .digest(options.encoding ?? 'hex')

  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('R105: takes %s in hex, base64 and base64url', (algorithm) => {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const auth = compile({ kind: 'hmac', header: 'X-Sig', algorithm, encoding, secrets: ['secret'] })
      expect(outcome(auth, request({ 'x-sig': sign(body.toString(), { algorithm, encoding }) }))).toBe('ok')
      expect(outcome(auth, request({ 'x-sig': sign(`${body}x`, { algorithm, encoding }) }))).toBe('signature_mismatch')
    }
  })

  test.each(['base64', 'base64url'] as const)('takes %s in either alphabet, padded or not, and no other bytes', (encoding) => {
    const auth = compile({ kind: 'hmac', header: 'X-Sig', encoding, secrets: ['secret'] })
    // A body whose signature holds digits in which the alphabets differ.
    const text = Array.from({ length: 100 }, (_, n) => `n=${n}`).find((one) => /^(?=.*\+)(?=.*\/)/.test(sign(one, { encoding: 'base64' })))!
    const told = (signature: string) => outcome(auth, request({ 'x-sig': signature }, { body: Buffer.from(text) }))
    const padded = sign(text, { encoding: 'base64' })
    const url = sign(text, { encoding: 'base64url' })
    for (const signature of [padded, padded.replace('=', ''), url, `${url}=`]) expect(told(signature), signature).toBe('ok')
    const unusedBitSet = padded.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`)
    for (const signature of [unusedBitSet, padded.replace('+', '-'), `${padded}=`, ` ${padded}`, padded.slice(0, -2), sign(text)])
      expect(told(signature), signature).toBe('signature_mismatch')
  })

  test('R105: covers timestamp, method, URL, path and headers where the sender signs them', () => {
    const auth = compile({
      kind: 'hmac',
      header: 'X-Sig',
      prefix: 'v0=',
      signedString: 'v0:{timestamp}:{method}:{url}:{path}:{header:X-Shop}:{body}',
      timestamp: { header: 'X-Time' },
      secrets: ['secret'],
    })
    const text = `v0:${NOW}:POST:https://hooks.example/in/default/orders?x=1:/in/default/orders:nice:${body}`
    const headers = { 'x-sig': `v0=${sign(text)}`, 'x-time': String(NOW), 'x-shop': 'nice' }
    expect(outcome(auth, request(headers))).toBe('ok')
    expect(outcome(auth, request(headers, { method: 'PUT' }))).toBe('signature_mismatch')
    expect(outcome(auth, request(headers, { url: 'https://evil.example/' }))).toBe('signature_mismatch')
    expect(outcome(auth, request({ ...headers, 'x-shop': 'other' }))).toBe('signature_mismatch')
    expect(outcome(auth, request({ ...headers, 'x-time': String(NOW + 1) }))).toBe('signature_mismatch')
    expect(outcome(auth, request({ 'x-sig': headers['x-sig'] }))).toBe('timestamp_missing')
    expect(outcome(auth, request(headers, { nowSeconds: NOW + 301 }))).toBe('timestamp_stale')
    expect(outcome(auth, request(headers, { nowSeconds: NOW - 301 }))).toBe('timestamp_stale')
  })

  test.each([
    ['ms', String(NOW * 1000)],
    ['iso', new Date(NOW * 1000).toISOString()],
  ])('reads a timestamp in %s', (unit, text) => {
    const auth = compile({
      kind: 'hmac',
      header: 'X-Sig',
      signedString: '{timestamp}{body}',
      timestamp: { header: 'X-Time', unit },
      secrets: ['secret'],
    })
    expect(outcome(auth, request({ 'x-sig': sign(`${text}${body}`), 'x-time': text }))).toBe('ok')
    expect(outcome(auth, request({ 'x-sig': sign(`${text}${body}`), 'x-time': text }, { nowSeconds: NOW + 301 }))).toBe('timestamp_stale')
  })

  test.each([
    ['s', NOW - 400, /400 s old; 300 s are allowed/],
    ['s', NOW + 400, /400 s ahead; 300 s are allowed/],
    ['s', NOW * 1000, /days\) ahead.*looks like milliseconds: set "unit" of the timestamp to "ms"/],
    ['ms', NOW, /days\) old.*looks like seconds: set "unit" of the timestamp to "s"/],
    ['s', Math.round(NOW / 1000), /days\) old.*divided by 1000/],
  ])('says of a stale time in %s, %d, what is wrong with it', (unit, time, detail) => {
    const auth = compile({
      kind: 'hmac',
      header: 'X-Sig',
      signedString: '{timestamp}{body}',
      timestamp: { header: 'X-Time', unit },
      secrets: ['secret'],
    })
    const result = verify(auth, request({ 'x-sig': sign(`${time}${body}`), 'x-time': String(time) }))
    expect(result).toMatchObject({ ok: false, code: 'timestamp_stale', detail: expect.stringMatching(detail) })
  })

  test.each(['', '-1', '+1', '1e9', '0x10', '01', ' 1', '1.5', 'NaN', 'Infinity', '2026-11-22'])('refuses %j as a timestamp', (text) => {
    const auth = compile({
      kind: 'hmac',
      header: 'X-Sig',
      signedString: '{timestamp}{body}',
      timestamp: { header: 'X-Time' },
      secrets: ['secret'],
    })
    expect(outcome(auth, request({ 'x-sig': sign(`${text}${body}`), 'x-time': text }))).toMatch(/^timestamp_(missing|malformed)$/)
  })

  test('reads keys written in hex, base64 and with whsec_', () => {
    const key = Buffer.from('00ff10ab', 'hex')
    for (const [keyEncoding, text] of [
      ['hex', '00ff10ab'],
      ['base64', key.toString('base64')],
      ['whsec', `whsec_${key.toString('base64')}`],
    ]) {
      const auth = compile({ kind: 'hmac', header: 'X-Sig', keyEncoding, secrets: [text] })
      expect(outcome(auth, request({ 'x-sig': sign(body.toString(), { key }) }))).toBe('ok')
    }
  })

  test.each([
    ['hex', 'zz'],
    ['hex', 'abc'],
    ['base64', '!!!!'],
    ['base64', 'abcde'],
    ['base64', 'whsec_MDEyMzQ1Njc4OWFiY2RlZg=='],
    ['whsec', 'whsec_'],
    ['whsec', 'whsk_MDEyMzQ1Njc4OWFiY2RlZg=='],
  ])('names the secret that is not %s', (keyEncoding, text) => {
    const auth = openListenerAuth.parse({ kind: 'hmac', header: 'X-Sig', keyEncoding, secrets: ['00', text] })
    const made = compileAuth(auth, systemOf('custom'))
    expect(made).toMatchObject({ ok: false })
    expect(!made.ok && made.faults.map((fault) => fault.pointer)).toContain('/auth/secrets/1')
  })
})

describe('shown secrets', () => {
  test('R105: takes an API key in a header, any of several, and says which kind of fault it is', () => {
    const auth = compile({ kind: 'api_key', name: 'X-API-Key', keys: ['one', 'two'] })
    expect(outcome(auth, request({ 'x-api-key': 'one' }))).toBe('ok')
    expect(outcome(auth, request({ 'X-API-KEY': 'two' }))).toBe('ok')
    expect(outcome(auth, request({}))).toBe('api_key_missing')
    expect(outcome(auth, request({ 'x-api-key': '' }))).toBe('api_key_missing')
    for (const value of ['One', 'one ', 'on', 'onee', 'one, two', '__proto__'])
      expect(outcome(auth, request({ 'x-api-key': value })), value).toBe('api_key_wrong')
    expect(outcome(auth, request({ 'x-api-key': ['one', 'one'] }))).toBe('api_key_wrong')
  })

  test('R105: takes an API key in the query, decoded, and refuses a repeated one', () => {
    const auth = compile({ kind: 'api_key', in: 'query', name: 'key', keys: ['a b&c'] })
    expect(outcome(auth, request({}, { query: 'x=1&key=a%20b%26c' }))).toBe('ok')
    expect(outcome(auth, request({}, { query: 'x=1' }))).toBe('api_key_missing')
    expect(outcome(auth, request({ key: 'a b&c' }, { query: '' }))).toBe('api_key_missing')
    expect(outcome(auth, request({}, { query: 'key=a%20b%26c&key=a%20b%26c' }))).toBe('api_key_wrong')
  })

  test('tells callers apart by the key that they showed, without telling the key', () => {
    const auth = compile({ kind: 'api_key', keys: ['one', 'two'] })
    const names = ['one', 'two'].map((key) => {
      const result = verify(auth, request({ 'x-api-key': key }))
      return result.ok ? result.credential : null
    })
    expect(names[0]).toMatch(/^[0-9a-f]{16}$/)
    expect(names[0]).not.toBe(names[1])
  })

  test('R105: takes a bearer token and HTTP Basic', () => {
    const bearer = compile({ kind: 'bearer', tokens: ['t0ken'] })
    expect(outcome(bearer, request({ authorization: 'Bearer t0ken' }))).toBe('ok')
    expect(outcome(bearer, request({ authorization: 'bearer t0ken' }))).toBe('ok')
    for (const value of ['t0ken', 'Bearer', 'Bearer t0ken x', 'Bearer other', 'Basic t0ken']) {
      expect(outcome(bearer, request({ authorization: value })), value).toBe('bearer_wrong')
    }
    const basic = compile({ kind: 'basic', username: 'us\u00e9r', password: 'p:ss' })
    const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    expect(outcome(basic, request({ authorization: encode('us\u00e9r:p:ss') }))).toBe('ok')
    expect(outcome(basic, request({}))).toBe('basic_missing')
    for (const value of [encode('us\u00e9r:'), encode('us\u00e9r'), 'Basic', 'Basic %%%', 'Bearer x']) {
      expect(outcome(basic, request({ authorization: value })), value).toBe('basic_wrong')
    }
  })
})

describe('compiling', () => {
  test('each kind but none asks for itself in WWW-Authenticate', () => {
    expect(challengeOf(compile({ kind: 'none' }))).toBeUndefined()
    expect(challengeOf(compile({ kind: 'basic', username: 'a', password: 'b' }))).toMatch(/^Basic realm=/)
    expect(challengeOf(compile({ kind: 'bearer', tokens: ['a'] }))).toMatch(/^Bearer /)
    expect(challengeOf(compile({ kind: 'api_key', keys: ['a'] }))).toContain('name="X-API-Key"')
    expect(challengeOf(compile({ kind: 'preset', secrets: ['a'] }, 'github'))).toContain('x-hub-signature-256')
  })

  test('none takes everybody', () => {
    expect(outcome(compile({ kind: 'none' }), request({}))).toBe('ok')
  })

  test('an authentication that cannot be used refuses everybody', () => {
    expect(outcome(unusableAuth('The secrets cannot be opened.'), request({}))).toBe('secret_unusable')
  })

  test('custom has no preset, and a system that is not known fails closed', () => {
    for (const system of ['custom', 'stripe', '__proto__']) {
      expect(compileAuth({ kind: 'preset', secrets: ['a'] }, systemOf(system))).toMatchObject({
        ok: false,
        faults: [{ pointer: '/auth/kind' }],
      })
    }
  })

  test('R93: takes Ed25519 signatures of a whpk_ key, beside a symmetric secret while it is replaced', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    const auth = compile(
      { kind: 'preset', secrets: [`whpk_${raw.toString('base64')}`, 'whsec_MDEyMzQ1Njc4OWFiY2RlZg=='] },
      'standard-webhooks',
    )
    const signature = signBytes(null, Buffer.concat([Buffer.from(`msg_1.${NOW}.`), body]), privateKey).toString('base64')
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW), 'webhook-signature': `v1a,${signature}` }
    expect(outcome(auth, request(headers))).toBe('ok')
    expect(outcome(auth, request(headers, { body: Buffer.from('{}') }))).toBe('signature_mismatch')
  })
})
