import { expect, test } from 'vitest'
import { openListenerAuth } from '#domain'
import { mapSecrets } from './map-secrets.ts'

const kinds = [
  [{ kind: 'none' }, {}],
  [
    { kind: 'api_key', keys: ['a', 'b'] },
    { '/auth/keys/0': 'key a', '/auth/keys/1': 'key b' },
  ],
  [{ kind: 'bearer', tokens: ['a'] }, { '/auth/tokens/0': 'token a' }],
  [{ kind: 'basic', username: 'u', password: 'a' }, { '/auth/password': 'password a' }],
  [{ kind: 'mtls', names: [] }, {}],
  [{ kind: 'token', field: 'body.secret', tokens: ['a'] }, { '/auth/tokens/0': 'token a' }],
  [{ kind: 'hmac', header: 'X-Sig', secrets: ['a'] }, { '/auth/secrets/0': 'secret a' }],
  [{ kind: 'hash', header: 'X-Sig', secrets: ['a'] }, { '/auth/secrets/0': 'secret a' }],
  [{ kind: 'ed25519', header: 'X-Sig', keys: ['a'] }, { '/auth/keys/0': 'key a' }],
  [{ kind: 'ecdsa', header: 'X-Sig', keys: ['a'] }, { '/auth/keys/0': 'key a' }],
  [{ kind: 'rsa', header: 'X-Sig', keys: ['a'] }, { '/auth/keys/0': 'key a' }],
  [{ kind: 'jwt', secrets: ['a'] }, { '/auth/secrets/0': 'secret a' }],
  [
    { kind: 'preset', secrets: ['a', 'b'], verifyToken: 'c' },
    { '/auth/secrets/0': 'secret a', '/auth/secrets/1': 'secret b', '/auth/verifyToken': 'verify_token c' },
  ],
] as const

test('every kind of authentication is among those that are tried here', () => {
  expect(kinds.map(([{ kind }]) => kind)).toEqual(openListenerAuth.options.map((option) => option.shape.kind.value))
})

test.each(kinds)('finds and replaces the secrets of %j', (written, expected) => {
  const auth = openListenerAuth.parse(written)
  const found: Record<string, string> = {}
  const mapped = mapSecrets(auth, (secret: string, { pointer, word }) => (found[pointer] = `${word} ${secret}`))
  expect(found).toEqual(expected)
  expect(mapSecrets(mapped, (secret: string) => secret.split(' ')[1])).toEqual(auth)
})
