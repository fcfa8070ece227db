import { describe, expect, test } from 'vitest'
import { readHeaders } from '../request/headers.ts'
import { checkOrigin, corsHeaders, preflight } from './origins.ts'

const allowed = ['https://app.example', 'https://shop.example:8443']

describe('requests', () => {
  test.each([
    ['https://app.example', 'allowed'],
    ['https://shop.example:8443', 'allowed'],
    ['https://app.example.evil.example', 'refused'],
    ['https://sub.app.example', 'refused'],
    ['http://app.example', 'refused'],
    ['https://app.example:444', 'refused'],
    ['https://APP.example', 'refused'],
    ['null', 'refused'],
    ['*', 'refused'],
    ['', 'refused'],
  ])('R106, S21: the origin %j is %s', (origin, kind) => {
    const check = checkOrigin(readHeaders(['Origin', origin]), allowed)
    expect(check.kind).toBe(kind)
    expect(corsHeaders(check, allowed)['Access-Control-Allow-Origin']).toBe(kind === 'allowed' ? origin : undefined)
    expect(corsHeaders(check, allowed)['Vary']).toBe('Origin')
  })

  test('R106, S21: servers, which send no Origin, pass; two origins do not', () => {
    expect(checkOrigin(readHeaders([]), allowed).kind).toBe('unchecked')
    expect(checkOrigin(readHeaders(['Origin', allowed[0]!, 'Origin', allowed[0]!]), allowed).kind).toBe('refused')
  })

  test('an empty list means no check and no CORS headers', () => {
    const check = checkOrigin(readHeaders(['Origin', 'https://anywhere.example']), [])
    expect(check.kind).toBe('unchecked')
    expect(corsHeaders(check, [])).toEqual({})
  })
})

describe('preflight', () => {
  const ask = (origin: string, method: string, more: string[] = []) =>
    readHeaders(['Origin', origin, 'Access-Control-Request-Method', method, ...more])
  const targets = [
    { methods: ['POST'], allowedOrigins: allowed },
    { methods: ['GET', 'DELETE'], allowedOrigins: ['https://app.example'] },
    { methods: ['PUT'], allowedOrigins: [] },
  ]

  test('S21: unites the listeners of a path that know the origin', () => {
    expect(preflight(ask('https://app.example', 'DELETE', ['Access-Control-Request-Headers', 'content-type, x-api-key']), targets)).toEqual(
      {
        kind: 'allowed',
        headers: {
          'Access-Control-Allow-Origin': 'https://app.example',
          'Access-Control-Allow-Methods': 'POST, GET, DELETE',
          'Access-Control-Allow-Headers': 'content-type, x-api-key',
          'Access-Control-Max-Age': '600',
          Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
        },
      },
    )
  })

  test('S21: refuses foreign origins and null', () => {
    for (const origin of ['https://evil.example', 'null'])
      expect(preflight(ask(origin, 'POST'), targets).kind, `POST from ${origin}`).toBe('refused')
  })

  test.each([
    ['https://shop.example:8443', 'GET', 'POST'],
    ['https://app.example', 'PUT', 'POST, GET, DELETE'],
  ])('S21: of a method that is not open to %s the browser hears which are', (origin, method, methods) => {
    expect(preflight(ask(origin, method), targets)).toMatchObject({ headers: { 'Access-Control-Allow-Methods': methods } })
  })

  test('S21: never echoes header names that are none', () => {
    const answer = preflight(ask('https://app.example', 'POST', ['Access-Control-Request-Headers', 'x:\u00e9']), targets)
    expect(answer.kind === 'allowed' && answer.headers['Access-Control-Allow-Headers']).toBeUndefined()
  })

  test('is plain without a question, or where no listener has a list', () => {
    expect(preflight(readHeaders([]), targets).kind).toBe('plain')
    expect(preflight(ask('https://app.example', 'POST'), [{ methods: ['POST'], allowedOrigins: [] }]).kind).toBe('plain')
  })
})
