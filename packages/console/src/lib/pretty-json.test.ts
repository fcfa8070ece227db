import { expect, test } from 'vitest'
import { prettyJson } from './pretty-json.ts'

test('JSON is laid out as JSON.stringify does, whatever white space it came with', () => {
  const values = [
    { a: 1, b: [1, 2, { c: null }], d: {}, e: [], 'with "quotes": and {brackets}': 'a, b: [c]' },
    [],
    {},
    'text',
    [[[]]],
    { a: { b: {} } },
  ]
  for (const value of values) {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 7)])
      expect(prettyJson(text)).toEqual({ text: JSON.stringify(value, null, 2), json: true })
  }
})

test('numbers and texts stay as they were written', () => {
  expect(prettyJson('{"a":1.10,"b":1e400,"c":12345678901234567890,"d":"\\u00e9"}').text).toBe(
    '{\n  "a": 1.10,\n  "b": 1e400,\n  "c": 12345678901234567890,\n  "d": "\\u00e9"\n}',
  )
})

test('what is not JSON is shown as it came', () => {
  expect(prettyJson('<a>1</a>')).toEqual({ text: '<a>1</a>', json: false })
  expect(prettyJson('{"a":')).toEqual({ text: '{"a":', json: false })
})
