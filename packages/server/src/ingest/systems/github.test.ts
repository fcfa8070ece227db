import { createHmac } from 'node:crypto'
import { sign as signGitHub } from '@octokit/webhooks-methods'
import { describe, expect, test } from 'vitest'
import { BODY, compileScheme, outcomeOf, requestWith } from '../../../../../test/support/scheme-requests.ts'

describe('github', () => {
  const auth = compileScheme({ kind: 'preset', secrets: ['It is a secret'] }, 'github')

  test('R93: takes what @octokit/webhooks-methods signed', async () => {
    const signature = await signGitHub('It is a secret', BODY.toString())
    expect(auth.verify(requestWith({ 'X-Hub-Signature-256': signature }))).toEqual({
      ok: true,
      credential: null,
      signedId: null,
      secret: 0,
    })
  })

  test('R93: takes any of several secrets while they rotate, and no other', async () => {
    const rotating = compileScheme({ kind: 'preset', secrets: ['new', 'old'] }, 'github')
    for (const secret of ['new', 'old']) {
      expect(outcomeOf(rotating, requestWith({ 'x-hub-signature-256': await signGitHub(secret, BODY.toString()) }))).toBe('ok')
    }
    expect(outcomeOf(rotating, requestWith({ 'x-hub-signature-256': await signGitHub('older', BODY.toString()) }))).toBe(
      'signature_mismatch',
    )
  })

  test('S6: fails closed on a signature that is missing, cut, lengthened, repeated or of another version', async () => {
    const good = await signGitHub('It is a secret', BODY.toString())
    const hex = good.slice('sha256='.length)
    const sha1 = createHmac('sha1', 'It is a secret').update(BODY).digest('hex')
    expect(outcomeOf(auth, requestWith({}))).toBe('signature_missing')
    expect(outcomeOf(auth, requestWith({ 'x-hub-signature-256': '' }))).toBe('signature_missing')
    expect(outcomeOf(auth, requestWith({ 'x-hub-signature-256': [good, good] }))).toBe('signature_malformed')
    for (const value of ['sha256=', 'sha256', hex, `sha1=${sha1}`, `SHA256=${hex}`, `${good}0`, good.slice(0, -1), `${good} `]) {
      expect(auth.verify(requestWith({ 'x-hub-signature-256': value })).ok, value).toBe(false)
    }
    const base64 = Buffer.from(hex, 'hex').toString('base64')
    expect(outcomeOf(auth, requestWith({ 'x-hub-signature-256': `sha256=${base64}` }))).toBe('signature_mismatch')
    expect(outcomeOf(auth, requestWith({ 'x-hub-signature-256': `${`${good},`.repeat(1000)}` }))).toBe('signature_mismatch')
  })

  test('takes hex in either case, because it is the bytes that are compared', async () => {
    const hex = (await signGitHub('It is a secret', BODY.toString())).slice('sha256='.length)
    expect(outcomeOf(auth, requestWith({ 'x-hub-signature-256': `sha256=${hex.toUpperCase()}` }))).toBe('ok')
  })

  test('S6: refuses each of 10,000 requests with one bit flipped in body or signature', async () => {
    const good = await signGitHub('It is a secret', BODY.toString())
    const bits = (BODY.length + good.length) * 8
    let refused = 0
    for (let i = 0, tried = 0; tried < 10_000; i++) {
      const bit = (i * 7919) % bits
      const flipped = Buffer.concat([BODY, Buffer.from(good)])
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      // The other case of a hexadecimal digit is the same signature.
      const inDigits = bit >> 3 >= BODY.length + 'sha256='.length
      if (inDigits && flipped.toString('latin1', BODY.length).toLowerCase() === good) continue
      tried++
      const made = requestWith(
        { 'x-hub-signature-256': flipped.toString('latin1', BODY.length) },
        { body: flipped.subarray(0, BODY.length) },
      )
      if (!auth.verify(made).ok) refused++
    }
    expect(refused).toBe(10_000)
  })

  test('R93: signs nothing but the raw bytes, so the same JSON spelt otherwise is refused', async () => {
    const signature = await signGitHub('It is a secret', BODY.toString())
    const respelt = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())))
    expect(outcomeOf(auth, requestWith({ 'x-hub-signature-256': signature }, { body: respelt }))).toBe('signature_mismatch')
  })
})
