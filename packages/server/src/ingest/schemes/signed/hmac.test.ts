import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openListenerAuth } from '#domain'
import { BODY, compileScheme, NOW, outcomeOf, requestWith } from '../../../../../../test/support/scheme-requests.ts'
import { systemOf } from '../../systems/registry.ts'
import { compileAuth } from '../compile-auth.ts'

describe('hmac', () => {
  const sign = (text: string, options: { algorithm?: string; encoding?: 'hex' | 'base64' | 'base64url'; key?: string | Buffer } = {}) =>
    createHmac(options.algorithm ?? 'sha256', options.key ?? 'secret')
      .update(text)
      .digest(options.encoding ?? 'hex')

  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('R105: takes %s in hex, base64 and base64url', (algorithm) => {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const auth = compileScheme({ kind: 'hmac', header: 'X-Sig', algorithm, encoding, secrets: ['secret'] })
      expect(outcomeOf(auth, requestWith({ 'x-sig': sign(BODY.toString(), { algorithm, encoding }) }))).toBe('ok')
      expect(outcomeOf(auth, requestWith({ 'x-sig': sign(`${BODY}x`, { algorithm, encoding }) }))).toBe('signature_mismatch')
    }
  })

  test.each(['base64', 'base64url'] as const)('takes %s in either alphabet, padded or not, and no other bytes', (encoding) => {
    const auth = compileScheme({ kind: 'hmac', header: 'X-Sig', encoding, secrets: ['secret'] })
    // A body whose signature holds digits in which the alphabets differ.
    const text = Array.from({ length: 100 }, (_, n) => `n=${n}`).find((one) => /^(?=.*\+)(?=.*\/)/.test(sign(one, { encoding: 'base64' })))!
    const said = (signature: string) => outcomeOf(auth, requestWith({ 'x-sig': signature }, { body: Buffer.from(text) }))
    const padded = sign(text, { encoding: 'base64' })
    const url = sign(text, { encoding: 'base64url' })
    for (const signature of [padded, padded.replace('=', ''), url, `${url}=`]) expect(said(signature), signature).toBe('ok')
    const unusedBitSet = padded.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`)
    for (const signature of [unusedBitSet, padded.replace('+', '-'), `${padded}=`, ` ${padded}`, padded.slice(0, -2), sign(text)])
      expect(said(signature), signature).toBe('signature_mismatch')
  })

  test('R105: covers timestamp, method, URL, path and headers where the sender signs them', () => {
    const auth = compileScheme({
      kind: 'hmac',
      header: 'X-Sig',
      prefix: 'v0=',
      signedString: 'v0:{timestamp}:{method}:{url}:{path}:{header:X-Shop}:{body}',
      timestamp: { header: 'X-Time' },
      secrets: ['secret'],
    })
    const text = `v0:${NOW}:POST:https://hooks.example/in/default/orders?x=1:/in/default/orders:nice:${BODY}`
    const headers = { 'x-sig': `v0=${sign(text)}`, 'x-time': String(NOW), 'x-shop': 'nice' }
    expect(outcomeOf(auth, requestWith(headers))).toBe('ok')
    expect(outcomeOf(auth, requestWith(headers, { method: 'PUT' }))).toBe('signature_mismatch')
    expect(outcomeOf(auth, requestWith(headers, { url: 'https://evil.example/' }))).toBe('signature_mismatch')
    expect(outcomeOf(auth, requestWith({ ...headers, 'x-shop': 'other' }))).toBe('signature_mismatch')
    expect(outcomeOf(auth, requestWith({ ...headers, 'x-time': String(NOW + 1) }))).toBe('signature_mismatch')
    expect(outcomeOf(auth, requestWith({ 'x-sig': headers['x-sig'] }))).toBe('timestamp_missing')
    expect(outcomeOf(auth, requestWith(headers, { nowSeconds: NOW + 301 }))).toBe('timestamp_stale')
    expect(outcomeOf(auth, requestWith(headers, { nowSeconds: NOW - 301 }))).toBe('timestamp_stale')
  })

  test.each([
    ['ms', String(NOW * 1000)],
    ['iso', new Date(NOW * 1000).toISOString()],
  ])('reads a timestamp in %s', (unit, text) => {
    const auth = compileScheme({
      kind: 'hmac',
      header: 'X-Sig',
      signedString: '{timestamp}{body}',
      timestamp: { header: 'X-Time', unit },
      secrets: ['secret'],
    })
    expect(outcomeOf(auth, requestWith({ 'x-sig': sign(`${text}${BODY}`), 'x-time': text }))).toBe('ok')
    expect(outcomeOf(auth, requestWith({ 'x-sig': sign(`${text}${BODY}`), 'x-time': text }, { nowSeconds: NOW + 301 }))).toBe(
      'timestamp_stale',
    )
  })

  test.each([
    ['s', NOW - 400, /400 s old; 300 s are allowed/],
    ['s', NOW + 400, /400 s ahead; 300 s are allowed/],
    ['s', NOW * 1000, /days\) ahead.*looks like milliseconds: set "unit" of the timestamp to "ms"/],
    ['ms', NOW, /days\) old.*looks like seconds: set "unit" of the timestamp to "s"/],
    ['s', Math.round(NOW / 1000), /days\) old.*divided by 1000/],
  ])('says of a stale time in %s, %d, what is wrong with it', (unit, time, detail) => {
    const auth = compileScheme({
      kind: 'hmac',
      header: 'X-Sig',
      signedString: '{timestamp}{body}',
      timestamp: { header: 'X-Time', unit },
      secrets: ['secret'],
    })
    const result = auth.verify(requestWith({ 'x-sig': sign(`${time}${BODY}`), 'x-time': String(time) }))
    expect(result).toMatchObject({ ok: false, code: 'timestamp_stale', detail: expect.stringMatching(detail) })
  })

  test.each(['', '-1', '+1', '1e9', '0x10', '01', ' 1', '1.5', 'NaN', 'Infinity', '2026-11-22'])('refuses %j as a timestamp', (text) => {
    const auth = compileScheme({
      kind: 'hmac',
      header: 'X-Sig',
      signedString: '{timestamp}{body}',
      timestamp: { header: 'X-Time' },
      secrets: ['secret'],
    })
    expect(outcomeOf(auth, requestWith({ 'x-sig': sign(`${text}${BODY}`), 'x-time': text }))).toMatch(/^timestamp_(missing|malformed)$/)
  })

  test('reads keys written in hex, base64 and with whsec_', () => {
    const key = Buffer.from('00ff10ab', 'hex')
    for (const [keyEncoding, text] of [
      ['hex', '00ff10ab'],
      ['base64', key.toString('base64')],
      ['whsec', `whsec_${key.toString('base64')}`],
    ]) {
      const auth = compileScheme({ kind: 'hmac', header: 'X-Sig', keyEncoding, secrets: [text] })
      expect(outcomeOf(auth, requestWith({ 'x-sig': sign(BODY.toString(), { key }) }))).toBe('ok')
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
