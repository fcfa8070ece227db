import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from '../../test-data/standard-webhooks-vectors.json' with { type: 'json' }
import { generateSecret, prepareKey, publicKeyOf } from './key.ts'
import { headersOf, signingProfiles } from './profile.ts'
import { sign } from './sign.ts'
import { verify, type VerifyInput } from './verify.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const v1 = vectors.valid[0]!
const v3 = vectors.valid[2]!
const headers = { 'webhook-id': v1.id, 'webhook-timestamp': String(v1.timestamp), 'webhook-signature': v1.signature }
const good = { profile: 'standard', secrets: [v1.secret], headers, body: bytes(v1.body), nowSeconds: v1.timestamp } satisfies VerifyInput
const signature = v1.signature.slice(3)
const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

const mixed = signature.replace('+', '-')
/** The last digit one higher: the same 32 bytes, and a bit that is not used. */
const nextDigit = (last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=`

const codeOf = (change: Partial<VerifyInput>) => {
  const result = verify({ ...good, ...change })
  return result.ok ? 'ok' : result.code
}
const codeOfHeaders = (change: Record<string, string | string[] | undefined>) => codeOf({ headers: { ...headers, ...change } })

describe('accepts what was signed', () => {
  test.each(vectors.valid)('vector $name', ({ secret, id, timestamp, body, signature: value }) => {
    const given = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': value }
    expect(verify({ profile: 'standard', secrets: [secret], headers: given, body: bytes(body), nowSeconds: timestamp })).toEqual({
      ok: true,
      profile: 'standard',
      id,
      timestampSeconds: timestamp,
      secretIndex: 0,
    })
  })

  test('vector V4: with the public key alone', () => {
    expect(codeOf({ secrets: [v3.publicKey!], headers: { ...headers, 'webhook-signature': v3.signature } })).toBe('ok')
  })

  test.each(vectors.verification)('the edge vectors of the reference libraries: %j', (vector) => {
    const code = codeOf({
      secrets: [vector.secret ?? v1.secret],
      headers: {
        ...headers,
        'webhook-signature': vector.signature ?? v1.signature,
        'webhook-timestamp': vector.timestamp ?? String(v1.timestamp),
      },
      nowSeconds: v1.timestamp + (vector.clockOffsetSeconds ?? 0),
    })
    if (vector.refused === 'secret') expect(code).toBe('bad_secret')
    else expect(code === 'ok').toBe(vector.accepted)
  })

  test('header names in any case, from Fetch headers, and as lists of one', () => {
    expect(
      codeOf({ headers: { 'Webhook-Id': v1.id, 'WEBHOOK-TIMESTAMP': String(v1.timestamp), 'Webhook-Signature': [v1.signature] } }),
    ).toBe('ok')
    expect(codeOf({ headers: new Headers(headers) })).toBe('ok')
  })

  test('with any of several secrets, and says which', () => {
    const other = generateSecret('standard', fill)
    expect(verify({ ...good, secrets: [other, v1.secret] })).toMatchObject({ ok: true, secretIndex: 1 })
    expect(verify({ ...good, secrets: ['', v1.secret] })).toMatchObject({ ok: true, secretIndex: 1 })
  })

  test('a prepared key', () => {
    const prepared = prepareKey('standard', v1.secret)
    if (!prepared.ok) throw new Error(prepared.detail)
    expect(codeOf({ secrets: [prepared.key] })).toBe('ok')
  })

  test('an empty body, and a body that is no text', () => {
    for (const body of [new Uint8Array(), new Uint8Array([0, 255, 128, 10])]) {
      const signed = sign({ profile: 'standard', secrets: [v1.secret], id: 'msg_1', timestampSeconds: 5, body })
      expect(verify({ ...good, headers: signed, body, nowSeconds: 5 }).ok).toBe(true)
    }
  })
})

describe('header families', () => {
  const svixHeaders = { 'svix-id': v1.id, 'svix-timestamp': String(v1.timestamp), 'svix-signature': v1.signature }

  test('either family is taken where both are asked for', () => {
    expect(verify({ ...good, profile: ['standard', 'svix'], headers: svixHeaders })).toMatchObject({ ok: true, profile: 'svix' })
    expect(verify({ ...good, profile: ['standard', 'svix'] })).toMatchObject({ ok: true, profile: 'standard' })
    expect(verify({ ...good, profile: ['standard', 'svix'], headers: new Headers(svixHeaders) })).toMatchObject({
      ok: true,
      profile: 'svix',
    })
  })

  test('one family alone is taken where it alone is asked for', () => {
    expect(codeOf({ headers: svixHeaders })).toBe('missing_header')
    expect(codeOf({ profile: 'svix' })).toBe('missing_header')
  })

  test('the headers of two families never mix', () => {
    const mixed = { 'webhook-signature': v1.signature, 'svix-id': v1.id, 'svix-timestamp': String(v1.timestamp) }
    expect(codeOf({ profile: ['standard', 'svix'], headers: mixed })).toBe('missing_header')
  })
})

describe('R68: the hex profile', () => {
  const secret = generateSecret('hex', fill)
  const body = bytes('{"type":"invoice.paid"}')
  const signed = sign({
    profile: 'hex',
    secrets: [secret],
    id: 'evt_1',
    attemptId: 'atmpt_1',
    eventType: 'invoice.paid',
    timestampSeconds: 1000,
    body,
  })
  const input = { profile: 'hex', secrets: [secret], headers: signed, body, nowSeconds: 1000 } satisfies VerifyInput

  test('verifies what it signed, and one of several signatures', () => {
    expect(verify(input)).toMatchObject({ ok: true, id: 'evt_1', timestampSeconds: 1000 })
    const both = sign({
      ...input,
      secrets: [generateSecret('hex', fill), secret],
      id: 'evt_1',
      attemptId: 'a',
      eventType: 'b',
      timestampSeconds: 1000,
    })
    expect(verify({ ...input, headers: both })).toMatchObject({ ok: true })
  })

  test.each([
    ['a character less', (text: string) => text.slice(0, -1)],
    ['a character more', (text: string) => `${text}0`],
    ['a version before it', (text: string) => `v1,${text}`],
    ['an algorithm before it', (text: string) => `sha256=${text}`],
    ['nothing but a comma', () => ','],
  ])('S6: refuses a signature with %s', (_, change) => {
    expect(verify({ ...input, headers: { ...signed, 'X-Webhook-Signature': change(signed['X-Webhook-Signature']!) } })).toMatchObject({
      ok: false,
      code: 'no_match',
    })
  })

  test('takes hex in either case, because it is the bytes that are compared', () => {
    for (const change of [(text: string) => text.toUpperCase(), (text: string) => text.replace(/[a-f]/, (one) => one.toUpperCase())]) {
      const respelt = { ...signed, 'X-Webhook-Signature': change(signed['X-Webhook-Signature']!) }
      expect(verify({ ...input, headers: respelt })).toMatchObject({ ok: true })
    }
  })

  test('R67: the secret is literal text, not bytes in hex', () => {
    expect(verify({ ...input, secrets: [secret.toUpperCase()] })).toMatchObject({ ok: false, code: 'no_match' })
  })
})

describe('S6: fails closed', () => {
  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without or with two of %s', (name) => {
    const value = headers[name as keyof typeof headers]
    expect(codeOfHeaders({ [name]: undefined })).toBe('missing_header')
    expect(codeOfHeaders({ [name]: '' })).toBe('missing_header')
    expect(codeOfHeaders({ [name]: [value, value] })).toBe('missing_header')
    expect(codeOfHeaders({ [name.toUpperCase()]: value })).toBe('missing_header')
  })

  test.each([
    ['no signature', 'v1,'],
    ['no comma', signature],
    ['another version', `v2,${signature}`],
    ['an asymmetric version for a symmetric secret', `v1a,${signature}`],
    ['an upper-case version', `V1,${signature}`],
    ['a cut signature', `v1,${signature.slice(0, -4)}`],
    ['half of a padding', `v1a,${v3.signature.slice(4, -1)}`],
    ['two alphabets in one signature', `v1,${mixed}`],
    ['bits set that its last digit does not use', `v1,${signature.replace(/.=$/, nextDigit)}`],
    ['a longer signature', `v1,${signature}AAAA`],
    ['a hex signature', `v1,${Buffer.from(signature, 'base64').toString('hex')}`],
    ['signatures parted by commas', `${wrong},${v1.signature}`],
    ['a comma at its end', `${v1.signature},`],
    ['spaces only', '   '],
  ])('with %s', (_, value) => {
    expect(codeOfHeaders({ 'webhook-signature': value })).toBe('no_match')
  })

  test('looks at 32 signatures and no more, so that a caller cannot buy work with a long header', () => {
    expect(codeOfHeaders({ 'webhook-signature': `${`${wrong} `.repeat(31)}${v1.signature}` })).toBe('ok')
    expect(codeOfHeaders({ 'webhook-signature': `${`${wrong} `.repeat(32)}${v1.signature}` })).toBe('no_match')
    expect(codeOfHeaders({ 'webhook-signature': `${wrong} `.repeat(100_000) })).toBe('no_match')
  })

  test('with no secret at all, or none that can be read', () => {
    expect(codeOf({ secrets: [] })).toBe('bad_secret')
    expect(codeOf({ secrets: ['', 'whsec_'] })).toBe('bad_secret')
  })

  test('with a secret that can be read but is another one, even beside one that cannot', () => {
    expect(codeOf({ secrets: ['', generateSecret('standard', fill)] })).toBe('no_match')
  })

  test('with an id that holds a dot, even when the bytes would add up', () => {
    const body = bytes('1614265330.rest')
    const signed = sign({ profile: 'standard', secrets: [v1.secret], id: 'msg_1', timestampSeconds: 77, body })
    const moved = { ...signed, 'webhook-id': 'msg_1.77', 'webhook-timestamp': '1614265330' }
    expect(verify({ ...good, headers: moved, body: bytes('rest') })).toMatchObject({ ok: false, code: 'no_match' })
  })

  test('with a v1a signature that is cut, longer or has bits set that its last digit does not use', () => {
    const secrets = [v3.publicKey!]
    const value = v3.signature.slice(4)
    for (const text of [value.replace('==', '='), value.replace('g==', 'h=='), '', value.slice(0, -4), `${value}AAAA`]) {
      expect(codeOf({ secrets, headers: { ...headers, 'webhook-signature': `v1a,${text}` } })).toBe('no_match')
    }
    expect(codeOf({ secrets, headers: { ...headers, 'webhook-signature': v3.signature } })).toBe('ok')
  })
})

describe('RFC 4648: a signature counts by its bytes', () => {
  const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_')
  const unpadded = (text: string) => text.replace(/=+$/, '')

  test.each([
    ['without padding', unpadded],
    ['in base64url', url],
    ['in base64url without padding', (text: string) => unpadded(url(text))],
  ])('%s', (_, respell) => {
    expect(respell(signature)).not.toBe(signature)
    expect(codeOfHeaders({ 'webhook-signature': `v1,${respell(signature)}` })).toBe('ok')
    const asymmetric = { ...headers, 'webhook-signature': `v1a,${respell(v3.signature.slice(4))}` }
    expect(codeOf({ secrets: [v3.publicKey!], headers: asymmetric })).toBe('ok')
  })
})

describe('S8: the timestamp', () => {
  test.each([
    [-301, 'stale_timestamp'],
    [-300, 'ok'],
    [-299, 'ok'],
    [299, 'ok'],
    [300, 'ok'],
    [301, 'stale_timestamp'],
    [Number.NaN, 'stale_timestamp'],
  ])('a clock that is %d s off gives %s', (offset, code) => {
    expect(codeOf({ nowSeconds: v1.timestamp + offset })).toBe(code)
  })

  test('a tolerance of its own', () => {
    expect(codeOf({ nowSeconds: v1.timestamp + 61, toleranceSeconds: 60 })).toBe('stale_timestamp')
    expect(codeOf({ nowSeconds: v1.timestamp + 86_400, toleranceSeconds: Number.POSITIVE_INFINITY })).toBe('ok')
  })

  test('says what is wrong with a stale one', () => {
    expect(verify({ ...good, nowSeconds: v1.timestamp + 3600 })).toMatchObject({ detail: expect.stringContaining('3600 s old') })
    expect(verify({ ...good, nowSeconds: v1.timestamp - 3600 })).toMatchObject({ detail: expect.stringContaining('3600 s ahead') })
  })

  test('says that it looks like milliseconds, or as if it had been divided by 1000', () => {
    const millis = { ...headers, 'webhook-timestamp': String(v1.timestamp * 1000) }
    expect(verify({ ...good, headers: millis })).toMatchObject({
      code: 'bad_timestamp',
      detail: expect.stringMatching(/not a number of Unix seconds\. It looks like milliseconds/),
    })
    const thousands = { ...headers, 'webhook-timestamp': String(Math.round(v1.timestamp / 1000)) }
    expect(verify({ ...good, headers: thousands })).toMatchObject({
      code: 'stale_timestamp',
      detail: expect.stringMatching(/\d s \(\d+ days\) old\. It looks as if it had been divided by 1000/),
    })
    expect(verify({ ...good, headers: { ...headers, 'webhook-timestamp': '5' } })).toMatchObject({
      detail: expect.stringContaining('replay'),
    })
  })

  test.each(['hello', '161426533.0', '-1614265330', '+1614265330', '01614265330', '1614265330 ', '0x6037ad72', '1e9', '٣', '9'.repeat(40)])(
    '%j is not one',
    (timestamp) => {
      expect(codeOfHeaders({ 'webhook-timestamp': timestamp })).toBe('bad_timestamp')
    },
  )
})

const anyBody = fc.uint8Array({ minLength: 1, maxLength: 200 })
const nowSeconds = 1_790_000_000

/** `value` with one bit of its bytes changed, wherever `where` in [0, 1) falls. */
function flipped(value: Uint8Array, where: number): Uint8Array {
  const copy = Uint8Array.from(value)
  const bit = Math.floor(where * copy.length * 8)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}
const flippedText = (text: string, where: number) => Buffer.from(flipped(Buffer.from(text, 'latin1'), where)).toString('latin1')

const signatureOf = ({ headers: given }: Pick<VerifyInput, 'headers'>) =>
  String((given as Record<string, string>)['X-Webhook-Signature']).toLowerCase()

describe('S6: properties', () => {
  // Evenly: fc.double favours what is near zero, so that nearly all flips would hit the first bit.
  const unit = fc.noBias(fc.nat(2 ** 20 - 1)).map((n) => n / 2 ** 20)

  test('10,000 one-bit flips in body, id, timestamp, signature or secret are refused, in all profiles', () => {
    const place = fc.constantFrom('body', 'id', 'timestamp', 'signature', 'secret')
    // The hex profile does not sign its id.
    const claim = fc
      .record({ profile: fc.constantFrom(...signingProfiles), where: place })
      .filter((one) => one.profile !== 'hex' || one.where !== 'id')
    fc.assert(
      fc.property(
        fc.record({ body: anyBody, bytes: fc.uint8Array({ minLength: 24, maxLength: 64 }), claim, at: unit }),
        ({ body, bytes: key, claim: { profile, where }, at }) => {
          const text = (of: Uint8Array) =>
            profile === 'hex' ? Buffer.from(of).toString('hex') : `whsec_${Buffer.from(of).toString('base64')}`
          const secrets = [text(key)]
          const facts = { id: 'msg_1', attemptId: 'atmpt_1', eventType: 'invoice.paid', timestampSeconds: nowSeconds, body }
          const signed = sign({ profile, secrets, ...facts })
          expect(verify({ profile, secrets, headers: signed, body, nowSeconds }).ok).toBe(true)
          const name = where === 'body' || where === 'secret' ? undefined : headersOf(profile)[where]
          const changed: VerifyInput = {
            profile,
            nowSeconds,
            body: where === 'body' ? flipped(body, at) : body,
            secrets: where === 'secret' ? [text(flipped(key, at))] : secrets,
            headers: name === undefined ? signed : { ...signed, [name]: flippedText(signed[name]!, at) },
          }
          // The other case of a hexadecimal digit is the same signature.
          fc.pre(where !== 'signature' || profile !== 'hex' || signatureOf(changed) !== signatureOf({ headers: signed }))
          expect(verify(changed).ok).toBe(false)
        },
      ),
      { numRuns: 10_000, seed: 20_261_122 },
    )
  })

  test('one-bit flips of Ed25519 signatures and of what they sign are refused', () => {
    const secret = generateSecret('standard', fill, 'asymmetric')
    const secrets = [publicKeyOf(secret)!]
    fc.assert(
      fc.property(anyBody, fc.constantFrom('body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'), unit, (body, where, at) => {
        const signed = sign({ profile: 'standard', secrets: [secret], id: 'msg_1', timestampSeconds: nowSeconds, body })
        const changed = where === 'body' ? signed : { ...signed, [where]: flippedText(signed[where]!, at) }
        expect(
          verify({ profile: 'standard', secrets, headers: changed, body: where === 'body' ? flipped(body, at) : body, nowSeconds }).ok,
        ).toBe(false)
      }),
      { numRuns: 500, seed: 20_261_122 },
    )
  })

  test('never throws, whatever the headers hold', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.constant(undefined))
    fc.assert(
      fc.property(
        fc.record({ 'webhook-id': value, 'webhook-timestamp': value, 'webhook-signature': value }),
        fc.array(fc.string()),
        (given, secrets) => {
          expect(verify({ profile: ['standard', 'svix'], secrets, headers: given, body: new Uint8Array(), nowSeconds }).ok).toBe(false)
        },
      ),
    )
  })
})
