import fc from 'fast-check'
import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { bodyDigest, contentDigest } from './content-digest.ts'

const digest = (text: string) => bodyDigest(Buffer.from(text))

/** The same JSON, its members in another order and with white space in it. */
function respelt(value: unknown): string {
  if (Array.isArray(value)) return `[ ${value.map(respelt).join(' ,\n')} ]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).reverse()
  return `{\t${members.map(([name, member]) => `${JSON.stringify(name)} : ${respelt(member)}`).join(',')} }`
}

test('is the same however a body is spelt', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(digest(respelt(value))).toBe(digest(JSON.stringify(value)))
    }),
    { numRuns: 500 },
  )
  expect(digest('{"n":1.0,"b":{"y":1,"x":[{"d":1,"c":2}]}}')).toBe(digest('{"b":{"x":[{"c":2,"d":1}],"y":1},"n":1}'))
})

test('is another for another body', () => {
  const bodies = [
    '{"a":1}',
    '{"a":"1"}',
    '{"a":[1]}',
    '{"a":null}',
    '{}',
    '[]',
    '{"b":1}',
    '{"a":1,"b":1}',
    '[1,2]',
    '[2,1]',
    '{"__proto__":1}',
  ]
  expect(new Set(bodies.map(digest)).size).toBe(bodies.length)
})

test.each([
  ['9007199254740993', '9007199254740992'],
  ['0.1', '0.10000000000000000001'],
  ['1', '1.0000000000000000001'],
  ['0', '1e-400'],
  ['1e400', '1e401'],
  ['[1e400]', '[null]'],
])('tells numbers apart that JavaScript cannot: %s and %s', (one, other) => {
  expect(digest(`{"n":${one}}`)).not.toBe(digest(`{"n":${other}}`))
  expect(digest(`{ "m": 1, "n": ${one} }`)).toBe(digest(`{"n":${one},"m":1}`))
})

test('of more than 64 KiB is that of its bytes, so that sorting never keeps others waiting', () => {
  const large = JSON.stringify({ b: 'x'.repeat(70_000), a: 1 })
  expect(digest(large)).toBe(hash('sha256', large))
  const small = JSON.stringify({ b: 'x'.repeat(60_000), a: 1 })
  expect(digest(small)).toBe(digest(respelt(JSON.parse(small))))
})

test('of no body is that of its bytes', () => {
  expect(contentDigest(undefined, new Uint8Array())).toBe(hash('sha256', ''))
})
