import { validateHeaderValue } from 'node:http'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openListenerAuth, type OpenListenerAuth } from '#domain'
import { compileScheme, requestWith } from '../../../../../test/support/scheme-requests.ts'
import { systemOf } from '../systems/registry.ts'
import { unmatchableSecrets } from './compile-auth.ts'

const parse = (auth: object) => openListenerAuth.parse(auth) as OpenListenerAuth
const faults = (auth: object) => unmatchableSecrets(parse(auth), systemOf('custom')).map(({ pointer }) => pointer)

/** What a listener says of a request that shows the secret as a sender would write it: text as UTF-8, which Node reads as Latin-1. */
function takes(auth: object, shown: { name: string; value: string } | { query: string }): boolean {
  let headers = {}
  if ('name' in shown) {
    const value = Buffer.from(shown.value).toString('latin1')
    try {
      validateHeaderValue(shown.name, value)
    } catch {
      return false // no client sends it
    }
    headers = { [shown.name]: value.replace(/^[\t ]+|[\t ]+$/g, '') }
  }
  const query = 'query' in shown ? shown.query : ''
  return compileScheme({ ...auth }, 'custom').verify(requestWith(headers, { query })).ok
}

const encode = (text: string) => (text.isWellFormed() ? encodeURIComponent(text) : '%FF')
/** Each kind with a secret, and the request in which a sender shows it. */
const kinds: Readonly<Record<string, (secret: string) => [auth: object, shown: Parameters<typeof takes>[1]]>> = {
  'api_key in a header': (key) => [
    { kind: 'api_key', keys: [key] },
    { name: 'X-API-Key', value: key },
  ],
  'api_key in the query': (key) => [{ kind: 'api_key', in: 'query', name: 'key', keys: [key] }, { query: `key=${encode(key)}` }],
  bearer: (token) => [
    { kind: 'bearer', tokens: [token] },
    { name: 'Authorization', value: `Bearer ${token}` },
  ],
  basic: (password) => [
    { kind: 'basic', username: 'usér', password },
    { name: 'Authorization', value: `Basic ${Buffer.from(`usér:${password}`).toString('base64')}` },
  ],
}

// Lone surrogates, control characters, spaces, and what lies beyond ASCII and beyond Latin-1 come up among them.
const anySecret = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({
    minLength: 1,
    unit: fc.constantFrom(' ', '\t', 'a', ':', '%', '+', '&', '=', 'é', '\u0161', '\ud800', '\0', '\n', '"', '\u00a0'),
  }),
)

describe.each(Object.entries(kinds))('R105: %s', (_, of) => {
  test('refuses a secret when it is saved if, and only if, it would not be taken in the request that shows it', () => {
    let refused = 0
    fc.assert(
      fc.property(anySecret, (secret) => {
        const [auth, shown] = of(secret)
        const isRefused = faults(auth).length > 0
        if (isRefused) refused++
        // Half of a character has no bytes: nobody can send it, and what is made of it in its place says nothing.
        if (!isRefused || secret.isWellFormed()) expect(takes(auth, shown), JSON.stringify(secret)).toBe(!isRefused)
      }),
      { numRuns: 2000, seed: 20_261_129 },
    )
    expect(refused).toBeGreaterThan(0)
  })
})

test('names each secret that no request could show', () => {
  expect(faults({ kind: 'bearer', tokens: ['good', 'two words', 'café', 'a\u00a0b'] })).toEqual(['/auth/tokens/1', '/auth/tokens/3'])
  expect(faults({ kind: 'api_key', keys: ['a b', ' a', 'a\n', 'schlüssel', '\ud800'] })).toEqual([
    '/auth/keys/1',
    '/auth/keys/2',
    '/auth/keys/4',
  ])
  expect(faults({ kind: 'api_key', in: 'query', keys: ['é ', 'é'.repeat(1000)] })).toEqual(['/auth/keys/1'])
  expect(faults({ kind: 'basic', username: 'a', password: 'p:w é' })).toEqual([])
  expect(faults({ kind: 'basic', username: 'a', password: '𝄞'.repeat(2000) })).toEqual(['/auth/password'])
  expect(faults({ kind: 'hmac', header: 'X-Sig', secrets: ['ok é', '\ud800'] })).toEqual(['/auth/secrets/1'])
})

test('a prefix or a header of a signature that no request could have is refused', () => {
  const hmac = { kind: 'hmac', header: 'X-Sig', secrets: ['s'] }
  for (const prefix of [' v1=', 'é=', 'a\n']) expect(openListenerAuth.safeParse({ ...hmac, prefix }).success, prefix).toBe(false)
  expect(openListenerAuth.safeParse({ ...hmac, prefix: 'HMAC-SHA256 Signature=' }).success).toBe(true)
  const both = { ...hmac, signedString: '{timestamp}.{body}', timestamp: { header: 'x-sig' } }
  expect(openListenerAuth.safeParse(both).success).toBe(false)
})
