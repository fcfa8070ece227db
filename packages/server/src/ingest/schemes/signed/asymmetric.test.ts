import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { longestTurnMs } from '../../../../../../test/support/longest-turn.ts'
import { BODY, compileScheme, outcomeOf, requestWith } from '../../../../../../test/support/scheme-requests.ts'
import { wycheproofEcdsa, wycheproofEd25519, wycheproofRsa } from '../../../../../../test/support/wycheproof.ts'
import type { BodyScheme } from '../scheme.ts'
import { verifyBody } from '../verify-body.ts'

interface Group {
  readonly publicKeyPem: string
  readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[]
}

describe.each([
  ['ed25519', wycheproofEd25519.testGroups, 151],
  ['ecdsa', wycheproofEcdsa.testGroups, 484],
  ['rsa', wycheproofRsa.testGroups, 259],
] as readonly [string, readonly Group[], number][])('S6: Wycheproof, %s, as listeners verify it', (kind, groups, count) => {
  test('takes what is valid, and nothing that is not', () => {
    const wrong: number[] = []
    let tried = 0
    for (const { publicKeyPem, tests } of groups) {
      const scheme = compileScheme({ kind, header: 'x-sig', keyEncoding: 'pem', keys: [publicKeyPem] })
      for (const { tcId, msg, sig, result } of tests) {
        const taken = outcomeOf(scheme, requestWith({ 'x-sig': sig }, { body: Buffer.from(msg, 'hex') })) === 'ok'
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
  test('takes a key as its bytes, its SubjectPublicKeyInfo or PEM, and any of several', () => {
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
      const scheme = compileScheme({ kind: 'ed25519', header: 'x-sig', keyEncoding, keys: [pem(other), key] })
      expect(outcomeOf(scheme, requestWith({ 'x-sig': signature }))).toBe('ok')
    }
  })

  test('takes ECDSA in both formats and other digests where it says so', () => {
    for (const format of ['der', 'p1363'] as const) {
      const dsaEncoding = format === 'der' ? 'der' : 'ieee-p1363'
      const signature = sign('sha512', BODY, { key: ec.privateKey, dsaEncoding }).toString('base64')
      const auth = { kind: 'ecdsa', header: 'x-sig', encoding: 'base64', keys: [spki(ec).toString('base64')] }
      expect(outcomeOf(compileScheme({ ...auth, format, algorithm: 'sha512' }), requestWith({ 'x-sig': signature }))).toBe('ok')
      expect(outcomeOf(compileScheme({ ...auth, format }), requestWith({ 'x-sig': signature }))).toBe('signature_mismatch')
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
    expect(() => compileScheme({ kind, header: 'x-sig', keys: [key] })).toThrow(/no public key/)
  })

  test('S6: refuses the same signature with unused bits of its last digit set', () => {
    const scheme = compileScheme({ kind: 'ed25519', header: 'x-sig', encoding: 'base64', keys: [pem(ed)] })
    const signature = sign(null, BODY, ed.privateKey).toString('base64')
    const last = signature.at(-3)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const near = `${signature.slice(0, -3)}${alphabet[alphabet.indexOf(last) | 1]}==`
    expect(Buffer.from(near, 'base64')).toEqual(Buffer.from(signature, 'base64'))
    expect(outcomeOf(scheme, requestWith({ 'x-sig': signature }))).toBe('ok')
    expect(outcomeOf(scheme, requestWith({ 'x-sig': near }))).toBe('signature_mismatch')
  })

  test.each([
    ['ed25519', ed, null],
    ['ecdsa', ec, 'sha256'],
    ['rsa', rsa, 'sha256'],
  ] as const)('takes turns over as many signatures as a caller likes: %s', async (kind, pair, digest) => {
    const keys = Array.from({ length: 10 }, () => pem(pair))
    const scheme = compileScheme({ kind, header: 'x-sig', encoding: 'base64', separator: ',', prefix: '', keys }) as BodyScheme
    const wrong = sign(digest, Buffer.from('something else'), pair.privateKey).toString('base64')
    const request = requestWith({ 'x-sig': Array.from({ length: 40 }, () => wrong).join(',') })
    expect(await verifyBody(scheme, request)).toEqual(scheme.verify(request))
    expect(await longestTurnMs(async () => verifyBody(scheme, request), { times: 3 })).toBeLessThan(25)
  })
})
