import { describe, expect, test } from 'vitest'
import { openListenerAuth } from '#domain'
import { compileScheme, outcomeOf, requestWith } from '../../../../../test/support/scheme-requests.ts'
import { systemOf } from '../systems/registry.ts'
import { compileAuth, lockedRows } from './compile-auth.ts'
import { unusableScheme } from './unusable.ts'

describe('compiling', () => {
  test('each kind but none asks for itself in WWW-Authenticate', () => {
    expect(compileScheme({ kind: 'none' }).challenge).toBeUndefined()
    expect(compileScheme({ kind: 'basic', username: 'a', password: 'b' }).challenge).toMatch(/^Basic realm=/)
    expect(compileScheme({ kind: 'bearer', tokens: ['a'] }).challenge).toMatch(/^Bearer /)
    expect(compileScheme({ kind: 'api_key', keys: ['a'] }).challenge).toContain('name="X-API-Key"')
    expect(compileScheme({ kind: 'preset', secrets: ['a'] }, 'github').challenge).toContain('X-Hub-Signature-256')
  })

  test('none takes everybody', () => {
    expect(outcomeOf(compileScheme({ kind: 'none' }), requestWith({}))).toBe('ok')
  })

  test('an authentication that cannot be used refuses everybody', () => {
    expect(outcomeOf(unusableScheme('The secrets cannot be opened.'), requestWith({}))).toBe('secret_unusable')
  })

  test('custom has no preset, and a system that is not known fails closed', () => {
    for (const system of ['custom', 'of-a-later-version', '__proto__']) {
      expect(compileAuth({ kind: 'preset', secrets: ['a'], settings: {} }, systemOf(system))).toMatchObject({
        ok: false,
        faults: [{ pointer: '/auth/kind' }],
      })
    }
  })
})

describe('locked rows', () => {
  const rows = (auth: unknown, system = 'custom') => {
    const { headers, query } = lockedRows(openListenerAuth.parse(auth), systemOf(system))
    return { headers: headers.map((row) => row.name), query: query.map((row) => row.name) }
  }

  test('R46: the headers that the authentication asks for follow from it', () => {
    expect(rows({ kind: 'api_key', keys: ['k'] })).toEqual({ headers: ['X-API-Key'], query: [] })
    expect(rows({ kind: 'api_key', in: 'query', name: 'key', keys: ['k'] })).toEqual({ headers: [], query: ['key'] })
    expect(rows({ kind: 'bearer', tokens: ['t'] }).headers).toEqual(['Authorization'])
    expect(rows({ kind: 'basic', username: 'u', password: 'p' }).headers).toEqual(['Authorization'])
    expect(rows({ kind: 'hmac', header: 'X-Sig', secrets: ['s'] }).headers).toEqual(['X-Sig'])
    expect(rows({ kind: 'preset', secrets: ['s'] }, 'github').headers).toEqual(['X-Hub-Signature-256'])
    expect(rows({ kind: 'preset', secrets: ['s'] }, 'svix').headers).toEqual(['svix-id', 'svix-timestamp', 'svix-signature'])
    expect(rows({ kind: 'none' })).toEqual({ headers: [], query: [] })
  })
})
