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

test.each([
  ['a tag of a programming language', 'name: !!js/function "function(){}"', { name: 'function(){}' }],
  ['a merge key', 'b: &b { x: 1 }\nname: { <<: *b }', { b: { x: 1 }, name: { '<<': { x: 1 } } }],
])('%s is text', (_what, text, definition) => {
  expect(readFlowFile(text)).toMatchObject({ ok: true, definition })
})
