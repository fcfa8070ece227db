import { describe, expect, test } from 'vitest'
import { compileScheme, requestWith } from '../../../../../../test/support/scheme-requests.ts'
import { wycheproofHmac } from '../../../../../../test/support/wycheproof.ts'

const encodings = ['hex', 'base64', 'base64url'] as const

/** What a listener with this key says of a body and its tag, in each way of writing the tag. */
function verdicts(algorithm: string, { key, msg, tag }: { key: string; msg: string; tag: string }): boolean[] {
  return encodings.map((encoding) => {
    const scheme = compileScheme({ kind: 'hmac', header: 'X-Sig', algorithm, encoding, keyEncoding: 'hex', secrets: [key] })
    const headers = { 'X-Sig': Buffer.from(tag, 'hex').toString(encoding) }
    return scheme.verify(requestWith(headers, { body: Buffer.from(msg, 'hex') })).ok
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
