import { describe, expect, test } from 'vitest'
import { openListenerAuth, type OpenListenerAuth } from '#domain'
import { wycheproofHmac } from '../../../../../test/support/wycheproof.ts'
import { readHeaders } from '../request/headers.ts'
import { systemOf } from '../systems/registry.ts'
import { compileAuth } from './compile-auth.ts'
import { verify } from './verify.ts'

const encodings = ['hex', 'base64', 'base64url'] as const

/** What a listener with this key says of a body and its tag, in each way of writing the tag. */
function verdicts(algorithm: string, { key, msg, tag }: { key: string; msg: string; tag: string }): boolean[] {
  return encodings.map((encoding) => {
    const auth = openListenerAuth.parse({ kind: 'hmac', header: 'X-Sig', algorithm, encoding, keyEncoding: 'hex', secrets: [key] })
    const made = compileAuth(auth as OpenListenerAuth, systemOf('custom'))
    if (!made.ok) throw new Error(made.faults.map((fault) => fault.message).join())
    const headers = readHeaders(['X-Sig', Buffer.from(tag, 'hex').toString(encoding)])
    const request = {
      method: 'POST',
      url: 'https://hooks.example/',
      path: '/',
      query: '',
      headers,
      body: Buffer.from(msg, 'hex'),
      nowSeconds: 0,
    }
    return verify(made.auth, request).ok
  })
}

describe.each([
  ['sha1', 170],
  ['sha256', 174],
  ['sha512', 174],
] as const)('S6: Wycheproof, HMAC with %s, as listeners verify it', (algorithm, count) => {
  const { testGroups } = wycheproofHmac[algorithm]
  const whole = Math.max(...testGroups.map(({ tagSize }) => tagSize))
  const cases = testGroups.flatMap(({ tests, tagSize }) =>
    tests.map((one) => ({ ...one, valid: one.result === 'valid' && tagSize === whole })),
  )

  test('all vectors are there', () => expect(cases).toHaveLength(count))

  test('takes each valid tag that is whole, and refuses those that are wrong and those that are cut, valid or not', () => {
    for (const one of cases) {
      expect(verdicts(algorithm, one), `${one.tcId} ${one.comment}`).toEqual(encodings.map(() => one.valid))
    }
    expect(cases.filter(({ valid }) => valid).length).toBeGreaterThan(20)
  })
})
