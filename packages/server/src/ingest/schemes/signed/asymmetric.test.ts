import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { longestTurnMs } from '../../../../../../test/support/longest-turn.ts'
import { BODY, compileKeyedScheme, keyedOutcomeOf, requestWith } from '../../../../../../test/support/scheme-requests.ts'
import { wycheproofEcdsa, wycheproofEd25519, wycheproofRsa } from '../../../../../../test/support/wycheproof.ts'

interface Group {
  readonly publicKeyPem: string
  readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[]
}

describe.each([
  ['ed25519', wycheproofEd25519.testGroups, 151],
  ['ecdsa', wycheproofEcdsa.testGroups, 484],
  ['rsa', wycheproofRsa.testGroups, 259],
] as readonly [string, readonly Group[], number][])('S6: Wycheproof, %s, as listeners verify it', (kind, groups, count) => {
  test('takes what is valid, and nothing that is not', async () => {
    const wrong: number[] = []
    let tried = 0
    for (const { publicKeyPem, tests } of groups) {
      const scheme = compileKeyedScheme({ kind, header: 'x-sig', keyEncoding: 'pem', keys: [publicKeyPem] })
      for (const { tcId, msg, sig, result } of tests) {
        const taken = (await keyedOutcomeOf(scheme, requestWith({ 'x-sig': sig }, { body: Buffer.from(msg, 'hex') }))) === 'ok'
        // What the vectors leave open may be either.
        if (result !== 'acceptable' && taken !== (result === 'valid')) wrong.push(tcId)
        tried++
      }
    }
    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThanOrEqual(count)
  })
})

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const spki = (pair: { publicKey: typeof ec.publicKey }) => pair.publicKey.export({ format: 'der', type: 'spki' })
const pem = (pair: { publicKey: typeof ec.publicKey }) => pair.publicKey.export({ format: 'pem', type: 'spki' }) as string

describe('a listener with public keys', () => {
  test('takes a key as its bytes, its SubjectPublicKeyInfo or PEM, and any of several', async () => {
    const signature = sign(null, BODY, ed.privateKey).toString('hex')
    const other = generateKeyPairSync('ed25519')
    const written = [
      ['hex', spki(ed).subarray(-32).toString('hex')],
      ['base64', spki(ed).subarray(-32).toString('base64url')],
      ['base64', spki(ed).toString('base64')],
      ['pem', pem(ed)],
      ['base64', pem(ed)],
    ]
    for (const [keyEncoding, key] of written) {
      const scheme = compileKeyedScheme({ kind: 'ed25519', header: 'x-sig', keyEncoding, keys: [pem(other), key] })
      expect(await keyedOutcomeOf(scheme, requestWith({ 'x-sig': signature }))).toBe('ok')
    }
  })

  test('takes ECDSA in both formats and other digests where it says so', async () => {
    for (const format of ['der', 'p1363'] as const) {
      const dsaEncoding = format === 'der' ? 'der' : 'ieee-p1363'
      const signature = sign('sha512', BODY, { key: ec.privateKey, dsaEncoding }).toString('base64')
      const auth = { kind: 'ecdsa', header: 'x-sig', encoding: 'base64', keys: [spki(ec).toString('base64')] }
      expect(await keyedOutcomeOf(compileKeyedScheme({ ...auth, format, algorithm: 'sha512' }), requestWith({ 'x-sig': signature }))).toBe(
        'ok',
      )
      expect(await keyedOutcomeOf(compileKeyedScheme({ ...auth, format }), requestWith({ 'x-sig': signature }))).toBe('signature_mismatch')
    }
  })

  test.each([
    ['ed25519', pem(ec)],
    ['ecdsa', pem(rsa)],
    ['rsa', pem(ed)],
    ['rsa', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string],
    ['ed25519', 'AAAA'],
    ['ecdsa', 'not a key'],
  ])('is refused when it is saved if the key is none of %s', (kind, key) => {
    expect(() => compileKeyedScheme({ kind, header: 'x-sig', keys: [key] })).toThrow(/no public key/)
  })

  test('S6: refuses the same signature with unused bits of its last digit set', async () => {
    const scheme = compileKeyedScheme({ kind: 'ed25519', header: 'x-sig', encoding: 'base64', keys: [pem(ed)] })
    const signature = sign(null, BODY, ed.privateKey).toString('base64')
    const last = signature.at(-3)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const near = `${signature.slice(0, -3)}${alphabet[alphabet.indexOf(last) | 1]}==`
    expect(Buffer.from(near, 'base64')).toEqual(Buffer.from(signature, 'base64'))
    expect(await keyedOutcomeOf(scheme, requestWith({ 'x-sig': signature }))).toBe('ok')
    expect(await keyedOutcomeOf(scheme, requestWith({ 'x-sig': near }))).toBe('signature_mismatch')
  })

  test.each([
    ['ed25519', ed, null],
    ['ecdsa', ec, 'sha256'],
    ['rsa', rsa, 'sha256'],
  ] as const)('holds up nobody, over as many signatures as a caller likes and over a large body: %s', async (kind, pair, digest) => {
    const keys = Array.from({ length: 10 }, () => pem(pair))
    const scheme = compileKeyedScheme({ kind, header: 'x-sig', encoding: 'base64', separator: ',', prefix: '', keys })
    const wrong = sign(digest, Buffer.from('something else'), pair.privateKey).toString('base64')
    const many = requestWith({ 'x-sig': Array.from({ length: 40 }, () => wrong).join(',') })
    expect(await keyedOutcomeOf(scheme, many)).toBe('signature_mismatch')
    expect(await longestTurnMs(async () => scheme.verify(many), { times: 3 })).toBeLessThan(5) // all of them take ten and more
    const large = requestWith({ 'x-sig': wrong }, { body: Buffer.alloc(10 * 1024 * 1024) })
    expect(await longestTurnMs(async () => scheme.verify(large), { times: 3 })).toBeLessThan(15) // it is copied; its digest takes twenty
  })

  test('takes a large body among others, and what was signed around it', async () => {
    const auth = { kind: 'ed25519', header: 'x-sig', signedString: '{method}.{body}', keys: [pem(generateKeyPairSync('ed25519')), pem(ed)] }
    const scheme = compileKeyedScheme(auth)
    const bodies = Array.from({ length: 6 }, (_, i) => Buffer.alloc(i % 2 === 0 ? 100_000 : 100, String(i)))
    const requests = bodies.map((body, i) => {
      const signature = sign(null, Buffer.concat([Buffer.from('POST.'), bodies[i === 2 ? 0 : i]!]), ed.privateKey).toString('hex')
      return requestWith({ 'x-sig': signature }, { body })
    })
    expect(await Promise.all(requests.map((one) => keyedOutcomeOf(scheme, one)))).toEqual(
      bodies.map((_, i) => (i === 2 ? 'signature_mismatch' : 'ok')),
    )
    expect(await scheme.verify(requests[0]!)).toMatchObject({ ok: true, secret: 1 })
  })
})
