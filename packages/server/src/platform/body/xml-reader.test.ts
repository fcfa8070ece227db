import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseBody } from './parse-body.ts'
import { XmlReader } from './xml-reader.ts'

const read = (text: string, limits = {}) => {
  const reader = new XmlReader({ depthMax: 100, nodesMax: 1000, attributesMax: 100, ...limits })
  reader.write(text)
  const value = reader.finish()
  // Through JSON, because the values have no prototype.
  return reader.fault ?? (JSON.parse(JSON.stringify(value)) as unknown)
}
const parse = (body: Uint8Array, contentType = 'application/xml', onMalformed: 'reject' | 'raw' = 'reject') =>
  parseBody(body, { contentType, format: 'auto', onMalformed, depthMax: 512 })

test('R91: elements are texts, objects of attributes and elements, and lists where they repeat', () => {
  const order = `<?xml version="1.0"?><order id="7" xmlns:x="urn:x"><x:line n="1">a &lt; &#66;</x:line><x:line n="2"/>
    <note><![CDATA[<b>]]> &amp; more</note><empty/><deep><a> kept </a></deep></order>`
  expect(read(order)).toEqual({
    order: {
      '@id': '7',
      '@xmlns:x': 'urn:x',
      'x:line': [{ '@n': '1', '#text': 'a < B' }, { '@n': '2' }],
      note: '<b> & more',
      empty: '',
      deep: { a: ' kept ' },
    },
  })
})

test('text comes in pieces, cut anywhere', () => {
  const text = '<a b="c&amp;d">x<e>\u{1f600}&#x20AC;</e>y</a>'
  for (let cut = 1; cut < text.length; cut++) {
    const reader = new XmlReader({ depthMax: 10, nodesMax: 10, attributesMax: 10 })
    reader.write(text.slice(0, cut))
    reader.write(text.slice(cut))
    expect(JSON.stringify(reader.finish())).toBe('{"a":{"@b":"c&d","e":"\u{1f600}\u20ac","#text":"xy"}}')
  }
})

test('S10: names of the sender are only names', () => {
  const value = read('<__proto__><constructor polluted="1"/></__proto__>')
  expect(JSON.stringify(value)).toBe('{"__proto__":{"constructor":{"@polluted":"1"}}}')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('S14, S15: entities of its own are neither expanded nor fetched', () => {
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>`
  expect(read(laughs)).toMatch(/undefined entity/)
  const file = `<!DOCTYPE x [<!ENTITY f SYSTEM "file://${import.meta.filename}">]><x>&f;</x>`
  expect(read(file)).toMatch(/undefined entity/)
  expect(readFileSync(import.meta.filename, 'utf8')).toContain('undefined entity')
  expect(read('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x>1</x>')).toEqual({ x: '1' })
})

test.each(['', 'x', '<a>', '<a></b>', '<a b=c/>', '<a b="1" b="2"/>', '<a/><b/>', '<a>&nbsp;</a>', '<a>\u0001</a>', '{"a":1}'])(
  'what is not well-formed is reported with its place: %j',
  (text) => {
    expect(read(text)).toMatch(/^it is not well-formed XML at \d+:\d+.*[^.]$/)
  },
)

test('S30: depth and the number of elements and attributes are bounded', () => {
  expect(read('<a>'.repeat(100) + '</a>'.repeat(100))).toBeTypeOf('object')
  expect(read('<a>'.repeat(101) + '</a>'.repeat(101))).toBe('it nests deeper than 100 levels')
  expect(read(`<a>${'<b c="1"/>'.repeat(500)}</a>`)).toBe('it has more than 1000 elements and attributes')
})

test('R95: the charset is the one of the content type, else of the declaration, else UTF-8', () => {
  const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>', 'latin1')
  const value = (body: Uint8Array, contentType?: string) => {
    const parsed = parse(body, contentType)
    return parsed.kind === 'xml' ? JSON.stringify(parsed.value()) : parsed.kind
  }
  expect(value(latin)).toBe('{"a":"\u00e9"}')
  expect(value(latin, 'text/xml; charset=utf-8')).toBe('malformed')
  expect(value(Buffer.from('\ufeff<a>\u00e9</a>', 'utf16le'), 'application/soap+xml')).toBe('{"a":"\u00e9"}')
  expect(value(Buffer.from('<a>\u00e9</a>'))).toBe('{"a":"\u00e9"}')
  expect(value(Buffer.from('<?xml version="1.0" encoding="ebcdic-x"?><a/>'))).toBe('unsupported_charset')
  const raw = parse(Buffer.from('<a>'), 'text/xml', 'raw')
  expect(raw.kind === 'raw' && raw.text()).toBe('<a>')
})

test('S14: an element with more attributes than it may have is refused before its tag ends', () => {
  const reader = new XmlReader({ depthMax: 10, nodesMax: 1000, attributesMax: 3 })
  expect(reader.write('<a b="" c="" d=""><e b="" c="" d=""/><f b="" c="" d="" ')).toBe(true)
  expect(reader.write('e="" ')).toBe(false)
  expect(reader.fault).toBe('an element has more than 3 attributes')
})
