import { describe, expect, test } from 'vitest'
import { listenerIn } from './listener.ts'
import { suffixShape } from './listener-suffix.ts'

const smallest = { name: 'Orders in', suffix: '/orders', auth: { kind: 'none' } }

/** The messages that a listener is refused with, each behind its path; empty if it is taken. */
function faults(change: Record<string, unknown>): string[] {
  const read = listenerIn.safeParse({ ...smallest, ...change })
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

test('an example has ten thousand values at most, at any depth', () => {
  const of = (body: unknown) => listenerIn.safeParse({ name: 'A', suffix: '/a', auth: { kind: 'none' }, expected: { body } })
  const values = (count: number) => ({ list: Array.from({ length: count - 2 }, () => 1) })
  expect(of(values(10_000)).success).toBe(true)
  expect(of(values(10_001)).error?.issues[0]).toMatchObject({
    path: ['expected', 'body'],
    message: expect.stringContaining('10000 values'),
  })
})

describe('suffix', () => {
  test.each([
    ['/orders', '/orders'],
    ['orders', '/orders'],
    ['/orders/', '/orders'],
    ['/a/b/c', '/a/b/c'],
    ['/Orders_v1.2~x-y', '/Orders_v1.2~x-y'],
    ['/orders/:id/lines/:line', '/orders/:id/lines/:line'],
  ])('R40: takes %s as %s', (text, suffix) => {
    expect(listenerIn.parse({ ...smallest, suffix: text }).suffix).toBe(suffix)
  })

  test.each(['new orders', ' /orders', '/orders\t', '/or\u00a0ders', '/a /b'])(
    'R41: refuses the space in %j and hints at hyphens or underscores',
    (suffix) => {
      expect(faults({ suffix })[0]).toMatch(/must not contain spaces; use hyphens or underscores/)
    },
  )

  test.each([
    ['/a/../b', '".."'],
    ['..', '".."'],
    ['/./a', '"."'],
    ['//a', 'two slashes'],
    ['/a//b', 'two slashes'],
    ['/a%20b', 'percent-escapes'],
    ['/%2e%2e', 'percent-escapes'],
    ['/caf\u00e9', '"\u00e9" is not among them'],
    ['/a?b=c', '"?" is not among them'],
    ['/a#b', '"#" is not among them'],
    ['/a\\b', 'is not among them'],
    ['/a:b', '":" is not among them'],
    ['/:', 'colon and a name'],
    ['/:1a', 'colon and a name'],
    ['/:__proto__', 'colon and a name'],
    ['/:a/:a', 'twice'],
    ['/', 'required'],
    ['', 'required'],
    [`/${'a'.repeat(201)}`, '200 characters'],
  ])('R41: refuses %j, naming what is wrong', (suffix, hint) => {
    expect(faults({ suffix }).join()).toContain(hint)
  })

  test('R40: two suffixes that differ only in the names of parameters have one shape', () => {
    expect(suffixShape('/orders/:id/x')).toBe(suffixShape('/orders/:number/x'))
    expect(suffixShape('/orders/:id')).not.toBe(suffixShape('/orders/id'))
  })
})

describe('fields', () => {
  test('fills in every default, so that three fields make a listener', () => {
    expect(listenerIn.parse(smallest)).toMatchObject({
      system: 'custom',
      methods: ['POST'],
      enabled: true,
      allowedOrigins: [],
      rateLimit: null,
      onMalformed: 'reject',
      expected: { headers: [], query: [], strict: false },
      reply: { mode: 'auto', headers: {}, body: null, error: null },
    })
  })

  test('R38: a system is written as its name is; which there are the server knows', () => {
    expect(faults({ system: 'github' })).toEqual([])
    expect(faults({ system: 'Standard Webhooks' })[0]).toMatch(/small letters/)
  })

  test('R39: the name is required, of 1 to 120 characters', () => {
    expect(faults({ name: '  ' })).toEqual(['name: The name is required.'])
    expect(faults({ name: undefined })).toEqual(['name: The name is required.'])
    expect(faults({ name: 'x'.repeat(121) })).toHaveLength(1)
    expect(faults({ name: 'x'.repeat(120) })).toEqual([])
  })

  test('R43: takes GET, POST, PUT, PATCH, DELETE and HEAD, several at a time, and no other', () => {
    expect(listenerIn.parse({ ...smallest, methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'GET'] }).methods).toHaveLength(6)
    expect(faults({ methods: ['TRACE'] })).toHaveLength(1)
    expect(faults({ methods: [] })).toHaveLength(1)
  })

  test('R44: the choice of an authentication is required, and none is an explicit choice', () => {
    expect(faults({ auth: undefined })[0]).toMatch(/Choose how requests authenticate/)
    expect(faults({ auth: { kind: 'oauth2' } })[0]).toMatch(/"oauth2" is not available in this version/)
    expect(faults({ auth: { kind: 'magic' } })[0]).toMatch(/"magic" is not known/)
  })

  test.each([
    [{ kind: 'api_key', keys: [] }],
    [{ kind: 'api_key', keys: [''] }],
    [{ kind: 'jwt' }],
    [{ kind: 'jwt', secrets: ['s'], keySetUrl: 'https://example.com/keys' }],
    [{ kind: 'jwt', keySetUrl: 'http://example.com/keys' }],
    [{ kind: 'token', field: 'secret', tokens: ['s'] }],
    [{ kind: 'hmac', secrets: ['s'] }],
    [{ kind: 'hmac', header: 'X-Sig', query: 'sig', secrets: ['s'] }],
    [{ kind: 'hmac', header: 'X-Sig', pair: 'v1', secrets: ['s'] }],
    [{ kind: 'hmac', header: 'X-Sig', secrets: ['s'], signedString: '{timestamp}{body}', timestamp: { pair: 't' } }],
    [{ kind: 'hmac', header: 'X-Sig', secrets: ['s'], signedString: '{body}{secret}' }],
    [{ kind: 'hash', header: 'X-Sig', secrets: ['s'], signedString: '{body}' }],
    [{ kind: 'ed25519', header: 'X-Sig', keys: [] }],
    [{ kind: 'bearer', tokens: [] }],
    [{ kind: 'basic', username: 'a:b', password: 'x' }],
    [{ kind: 'basic', username: 'a', password: '' }],
    [{ kind: 'hmac', header: 'X Sig', secrets: ['s'] }],
    [{ kind: 'hmac', header: 'X-Sig', secrets: ['s'], signedString: '{timestamp}.{body}' }],
    [{ kind: 'hmac', header: 'X-Sig', secrets: ['s'], timestamp: { header: 'X-Time' } }],
    [{ kind: 'hmac', header: 'X-Sig', secrets: ['s'], signedString: '{method}' }],
    [{ kind: 'hmac', header: 'X-Sig', secrets: ['s'], signedString: '{body}{nonce}' }],
  ])('R105: refuses an authentication that would prove nothing: %j', (auth) => {
    expect(faults({ auth })).not.toEqual([])
  })

  test('a secret may be written back as the reference that reading shows', () => {
    expect(
      faults({ auth: { kind: 'preset', secrets: [{ name: 'github', last4: 'abcd', createdAt: '2026-11-22T00:00:00Z' }, 'new one'] } }),
    ).toEqual([])
  })

  test.each([
    ['null', 'https://app.example.com'],
    ['*', 'each by itself'],
    ['https://*.example.com', 'each by itself'],
    ['https://app.example.com/', 'Write it as "https://app.example.com".'],
    ['https://app.example.com:443', 'Write it as "https://app.example.com".'],
    ['https://App.example.com/a?b#c', 'Write it as "https://app.example.com".'],
    ['https://m\u00fcnchen.example', 'Write it as "https://xn--mnchen-3ya.example".'],
    ['app.example.com', 'https://app.example.com'],
    ['ftp://a.example', 'https://app.example.com'],
  ])('R106: refuses %j as an origin, and says what to write', (origin, hint) => {
    expect(listenerIn.safeParse({ ...smallest, allowedOrigins: [origin] }).error?.issues).toMatchObject([
      { path: ['allowedOrigins', 0], message: expect.stringContaining(hint) },
    ])
  })

  test('takes addresses and ranges of both families and nothing else', () => {
    expect(faults({ allowedIps: ['192.0.2.1', '192.0.2.0/24', '2001:db8::1', '2001:db8::/32'] })).toEqual([])
    expect(faults({ allowedIps: ['192.0.2.0/33', 'example.com', '192.0.2.1-192.0.2.9', 'preset:GitHub', ''] })).toEqual(
      [0, 1, 2, 3, 4].map((i) => expect.stringMatching(`allowedIps.${i}: This is neither an IP address, nor a range such as`)),
    )
  })

  test.each([
    ['X A', 'not the name of a header'],
    ['Content-Length', 'The connection itself sets this header'],
    ['host', 'The connection itself sets this header'],
  ])('R105: no key can be asked for in the header %j', (name, words) => {
    expect(faults({ auth: { kind: 'api_key', name, keys: ['a'] } })).toEqual([expect.stringContaining(words)])
    expect(faults({ auth: { kind: 'hmac', header: name, secrets: ['a'] } })).toEqual([expect.stringContaining(words)])
  })

  test('R46: no header is expected whose name none can have', () => {
    const expecting = (name: string) => faults({ expected: { headers: [{ name }] } })
    expect(expecting('X A')).toEqual([
      'expected.headers.0.name: "X A" is not the name of a header: it has letters, digits and hyphens, and no spaces.',
    ])
    expect(expecting('Content-Length')).toEqual([])
  })

  test('R46: rows that follow from the authentication are ignored when they are written back', () => {
    const headers = [{ name: 'X-API-Key', locked: true }, { name: 'X-Shop' }]
    expect(listenerIn.parse({ ...smallest, expected: { headers } }).expected.headers).toEqual([{ name: 'X-Shop' }])
  })

  test('R46: a header that is expected has a name that a request can have, and stands once', () => {
    const pointers = (...names: string[]) => {
      const headers = [{ name: 'X A', locked: true }, ...names.map((name) => ({ name }))]
      const read = listenerIn.safeParse({ ...smallest, expected: { headers } })
      return read.success ? [] : read.error.issues.map(({ path }) => path.join('.'))
    }
    expect(pointers('X-Shop', 'X-A')).toEqual([])
    expect(pointers('X-Shop', 'X Shop', 'x-shop')).toEqual(['expected.headers.2.name', 'expected.headers.3.name'])
  })

  test.each(['header:X-Id', 'query:id', 'body.id', 'body.data[0].id', 'body[0].id'])('takes %s as the place of a value', (key) => {
    expect(faults({ dedup: { key }, eventType: key })).toEqual([])
  })

  test.each(['id', 'body', 'header:', 'header:X Id', 'body.', 'body..id', 'body.a[x]'])('refuses %j as the place of a value', (key) => {
    expect(faults({ dedup: { key } })).toHaveLength(1)
  })

  test('R54: refuses reply headers with line breaks and those that belong to the connection', () => {
    expect(faults({ reply: { headers: { 'X-A': 'b\r\nSet-Cookie: c' } } })).toHaveLength(1)
    expect(faults({ reply: { headers: { 'X-A': '\u20ac' } } })).toEqual([]) // as UTF-8
    expect(faults({ reply: { headers: { 'transfer-encoding': 'chunked' } } })).toHaveLength(1)
    expect(faults({ reply: { headers: { 'x-a': '1', 'X-A': '2' } } })).toEqual([expect.stringContaining('"X-A" stands twice')])
    expect(faults({ reply: { headers: { 'Content-Security-Policy': "default-src 'self'" } } })).toHaveLength(1)
    expect(faults({ reply: { headers: { 'Set-Cookie': ['a=1', 'b=2'], 'Content-Type': 'text/plain' } } })).toEqual([])
  })

  test('R53: a status is never below 200 nor above 599', () => {
    expect(faults({ reply: { status: 100 } })).toHaveLength(1)
    expect(faults({ reply: { status: 600 } })).toHaveLength(1)
    expect(faults({ reply: { onTimeout: 504 } })).toEqual([])
  })

  test('R55: the error body of a failed run is 500 unless it says otherwise', () => {
    expect(listenerIn.parse({ ...smallest, reply: { error: { body: 'sorry' } } }).reply.error).toEqual({
      status: 500,
      headers: {},
      body: 'sorry',
    })
    expect(listenerIn.parse({ ...smallest, reply: { error: { status: 422 } } }).reply.error?.status).toBe(422)
  })

  test('names each unknown field', () => {
    expect(faults({ sufix: '/a' })[0]).toContain('sufix')
  })
})
