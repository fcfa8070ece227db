import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactJsonLater, isRawNumber, parseExactJson, sameJson } from './exact-json.ts'

const places = (number: string) => [number, `[${number}]`, `[1, ${number}]`, `{"n":${number}}`, `{"text":"e","n":\n${number}}`]

/** What it returns or throws. */
function resultOf(parse: () => unknown): unknown {
  try {
    return parse()
  } catch (error) {
    return error
  }
}

/** As `JSON.parse` makes it: a number's own text is a number. */
function plain(value: unknown): unknown {
  if (isRawNumber(value)) return Number(value.rawJSON)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}

// What is parsed at once and what is parsed later must be the same.
describe.each([
  ['parseExactJson', parseExactJson],
  ['exactJsonLater', (text: string) => exactJsonLater(text)()],
])('%s', (_, parseExact) => {
  test.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '0.1234567890123456789',
    '-123456.123456789012345678',
    '1e400',
    '-1E+400',
    '1.5e400',
    '1234567.12345678901234',
    '1e-400',
    '1.2345e-320',
  ])('keeps the text of %s wherever it stands', (number) => {
    for (const text of places(number)) expect(JSON.stringify(parseExact(text))).toBe(text.replaceAll(/\s/g, ''))
  })

  test.each(['9007199254740991', '123456789012345', '0.5', '1e99', '1e-300', '0.30000000000000004'])(
    'makes a plain number of %s',
    (number) => {
      for (const text of places(number)) expect(parseExact(text)).toEqual(JSON.parse(text))
    },
  )

  test('makes plain text of long digits behind a quote', () => {
    expect(parseExact('{"id":"12345678901234567890","sha":"5e100","n":1}')).toEqual({ id: '12345678901234567890', sha: '5e100', n: 1 })
  })

  test('finds the number beside such text', () => {
    const parsed = parseExact('{"id":"12345678901234567890","n":12345678901234567890}') as { n: unknown }
    expect(isRawNumber(parsed.n)).toBe(true)
  })

  test('makes plain text of what only looks like such a number within a text', () => {
    const text = String.raw`{"a, 12345678901234567890":"\\\", 1e400","b":[" 1e400\\",1e400]}`
    expect(JSON.stringify(parseExact(text))).toBe(text)
  })

  test.each([
    '{"id":12345678901234567890,"text":" .................... 12"}',
    '{"a":" ..................0.............."}',
    '{"a":"[...................1","b":1e400}',
  ])('makes plain text of the leader dots in %s', (text) => {
    expect(JSON.stringify(parseExact(text))).toBe(text)
  })

  test('takes every text that JSON.parse takes, with the same values, and throws where it throws', () => {
    const characters = fc.constantFrom(...'..............0012345678999eE+--""  \t:,[]{}\\'.split(''))
    const loose = fc.string({ unit: characters, maxLength: 80 })
    const runs = fc.constantFrom('.'.repeat(18), '1'.repeat(17), ' ', ':', ',', '.', '0', '9', 'e400')
    const long = fc.string({ unit: runs, maxLength: 8 })
    const item = fc.oneof(
      loose.map((text) => JSON.stringify(text)),
      long.map((text) => JSON.stringify(text)),
      fc.bigInt().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.bigInt(), fc.integer({ min: -999, max: 999 })).map(([digits, exponent]) => `${digits}e${exponent}`),
      loose,
      long,
    )
    const list = fc.array(item, { maxLength: 6 }).map((items) => `[${items.join(', ')}]`)
    const members = fc.array(fc.tuple(fc.oneof(loose, long), item), { maxLength: 4 })
    const object = members.map((all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(',')}}`)
    fc.assert(
      fc.property(fc.oneof(loose, list, object), (text) => {
        expect(resultOf(() => plain(parseExact(text)))).toEqual(resultOf(() => JSON.parse(text)))
      }),
      { numRuns: 3000 },
    )
  })

  test('keeps it under every name, also of a prototype, and the last of equal names', () => {
    const text = '{"__proto__":1e400,"a":1e400,"a":12345678901234567890}'
    expect(JSON.stringify(parseExact(text))).toBe('{"__proto__":1e400,"a":12345678901234567890}')
  })

  test('takes time in proportion to a number of a million digits and to a million numbers', () => {
    const zeros = `0.${'0'.repeat(1_000_000)}1`
    expect(JSON.stringify(parseExact(`[1.${zeros.slice(2)},${zeros}]`))).toBe(`[1.${zeros.slice(2)},${zeros}]`)
    const many = `[1e400${',1'.repeat(1_000_000)}]`
    const costOf = (parse: (text: string) => unknown): number => {
      const before = process.threadCpuUsage()
      parse(many)
      const { user, system } = process.threadCpuUsage(before)
      return (user + system) / 1000
    }
    // A call for each value takes thirty times as long.
    expect(costOf(parseExact)).toBeLessThan(12 * costOf(JSON.parse) + 100)
  })

  test.each([
    '{"a":1,12345678901234567890:2}',
    '[1e400 1e400]',
    '[1e400x]',
    '[12345678901234567890.]',
    '"12345678901234567890',
    '',
    '{',
    '[12345678901234567890',
    '{"a":12345678901234567890,}',
    '012345678901234567890',
  ])('throws at %j as JSON.parse does', (text) => {
    const thrown = resultOf(() => parseExact(text))
    expect(thrown).toEqual(resultOf(() => JSON.parse(text)))
    expect(thrown).toBeInstanceOf(SyntaxError)
  })
})

describe('exactJsonLater', () => {
  test.each(['{', '[12345678901234567890', '{"a":1,}'])('throws at %j at once', (text) => {
    expect(() => exactJsonLater(text)).toThrow(SyntaxError)
  })

  test('is the same value every time', () => {
    const value = exactJsonLater('{"n":12345678901234567890}')
    expect(value()).toBe(value())
  })
})

describe('sameJson', () => {
  test('compares numbers by their exact value, also where no double reaches', () => {
    const same = (left: string, right: string) => sameJson(parseExactJson(left), parseExactJson(right))
    expect(same('12345678901234567890', '12345678901234567890')).toBe(true)
    expect(same('12345678901234567890', '12345678901234567891')).toBe(false)
    const digits = '1'.repeat(1_000_000)
    expect(same(`[${digits}0]`, `[${digits}0]`)).toBe(true)
    expect(same(`${digits}0`, `${digits}1`)).toBe(false)
    expect(same('1e400', '1e401')).toBe(false)
  })
})
