import { expect, test } from 'vitest'
import { readFlowFile, writeFlowFile } from './flow-file.ts'

test('numbers keep their digits on the way to YAML and back', () => {
  const text = '{"a":12345678901234567890123,"b":0.1234567890123456789012,"c":1e400,"d":-9007199254740993,"e":5,"f":"12345678901234567890"}'
  const file = readFlowFile(text)
  const definition = file.ok ? (file.definition as object) : {}
  expect(JSON.stringify(definition)).toBe(text)
  const written = readFlowFile(writeFlowFile(definition, 'yaml'))
  expect(JSON.stringify(written.ok && written.definition)).toBe(text)
})

const laughs = Array.from(
  { length: 12 },
  (_, i) => `a${i}: &a${i} [${Array.from({ length: 10 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(',')}]`,
)

test.each([
  ['aliases of aliases of aliases', laughs.join('\n'), 'bad_file'],
  ['a list that holds itself', '&a [*a]', 'bad_file'],
  ['a list in a list, by the thousand', '['.repeat(20_000), 'resource_exhaustion'],
  ['a name twice', 'name: a\nname: b', 'duplicate_key'],
  ['two documents', 'name: a\n---\nname: b', 'multiple_docs'],
  ['more than any flow is', `name: ${'x'.repeat(2_000_001)}`, 'too_large'],
])('%s is told as a fault of the file', (_what, text, code) => {
  expect(readFlowFile(text)).toMatchObject({ ok: false, faults: expect.arrayContaining([expect.objectContaining({ code })]) })
})

test('a second document is told in words of flows, where it begins', () => {
  const faults = [{ line: 2, column: 1, message: 'A file holds one flow, and a second document begins here.' }]
  expect(readFlowFile('name: a\n---\nname: b')).toMatchObject({ ok: false, faults })
})

test.each([
  ['a tag of a programming language', 'name: !!js/function "function(){}"', { name: 'function(){}' }],
  ['a merge key', 'b: &b { x: 1 }\nname: { <<: *b }', { b: { x: 1 }, name: { '<<': { x: 1 } } }],
])('%s is text', (_what, text, definition) => {
  expect(readFlowFile(text)).toMatchObject({ ok: true, definition })
})

const file = [
  '# What it is for.',
  'name: A',
  'trigger: &trigger',
  '  kind: job',
  'steps:',
  '  # The first.',
  '  - &one',
  '    id: a # by which others read it',
  '    meta: { x: 1, "b/c": 2 }',
  '  - *one',
  'rescue: [*one]',
]
const placed: [pointer: string, line: number, column: number][] = [
  ['/name', 2, 1],
  ['/trigger/kind', 4, 3],
  ['/steps/0/id', 8, 5],
  ['/steps/0/meta/x', 9, 13],
  ['/steps/0/meta/b~1c', 9, 19],
  ['/steps/0/when', 8, 5],
  ['/steps/1/meta/x', 10, 5],
  ['/rescue/0', 11, 10],
]

test.each([
  ['lines that end as on Unix', file.join('\n')],
  ['lines that end as on Windows', file.join('\r\n')],
  ['a byte order mark', `\ufeff${file.join('\n')}`],
])('faults have the line and column of their field: %s', (_what, text) => {
  const read = readFlowFile(text)
  const place = (pointer: string) => read.ok && read.place({ pointer, code: '', message: '' })
  expect(placed.map(([pointer]) => place(pointer))).toMatchObject(placed.map(([pointer, line, column]) => ({ pointer, line, column })))
})

test('faults in JSON have them as well, and so has what cannot be read', () => {
  const text = '{ "name": "A",\r\n  "steps": [\n    { "id": "a", "meta": { "x": 1 } }] }'
  const read = readFlowFile(text)
  expect(read.ok && read.place({ pointer: '/steps/0/meta/x', code: '', message: '' })).toMatchObject({ line: 3, column: 28 })
  const where = (broken: string) => {
    const { ok, ...found } = readFlowFile(broken)
    return ok || !('faults' in found) ? [] : found.faults.map(({ line, column, code }) => [line, column, code])
  }
  expect(where('{\r\n "name": "A",\r\n "steps": [,]\r\n}')).toEqual([[3, 12, 'unexpected_token']])
  expect(where('name: A\nsteps:\n  - *one\n  - &one { id: a }\n')).toEqual([[3, 5, 'bad_alias']])
})
