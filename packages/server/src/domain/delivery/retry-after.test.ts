import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRetryAfter, readReceiverAnswer } from './retry-after.ts'

const now = Date.UTC(2026, 10, 22, 12, 0, 0)

describe('F20: Retry-After', () => {
  test.each([
    ['seconds', '120', 120],
    ['nothing', '', undefined],
    ['no header', undefined, undefined],
    ['zero', '0', 1],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', 2],
    ['a year', '31536000', 86_400],
    ['an HTTP date', 'Sun, 22 Nov 2026 12:05:00 GMT', 300],
    ['a date of mail', 'Sun, 22 Nov 2026 13:05:00 +0100', 300],
    ['a date as RFC 850 writes it', 'Sunday, 22-Nov-26 12:05:00 GMT', 300],
    ['a date as asctime writes it', 'Sun Nov 22 12:05:00 2026', 300],
    ['a date gone by', 'Sat, 21 Nov 2026 12:00:00 GMT', 1],
    ['a date in a year', 'Mon, 22 Nov 2027 12:00:00 GMT', 86_400],
    ['junk', 'soon', undefined],
    ['junk with a number, which Date.parse would take', 'junk 1', undefined],
    ['the header given twice', '10, 20', undefined],
    ['an exponent', '1e3', undefined],
    ['a number without end', '9'.repeat(400), undefined],
    ['a date that is none', 'Sun, 99 Nov 2026 12:05:00 GMT', undefined],
    ['spaces around', ' 60 ', 60],
  ])('%s', (_, header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds)
  })

  test('is nothing, or a whole number from 1 to 86,400, whatever the header holds', () => {
    const header = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    )
    fc.assert(
      fc.property(header, (text) => {
        const seconds = parseRetryAfter(text, now)
        expect(seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400)).toBe(true)
      }),
    )
  })
})

describe('the body of a response', () => {
  const read = (text: string) => readReceiverAnswer(new TextEncoder().encode(text))

  test('R28: code, message and retry_in of the example', () => {
    expect(read('{"code":"503","message":"Service Unavailable","retry_in":20}')).toEqual({
      code: '503',
      message: 'Service Unavailable',
      retryInSeconds: 20,
    })
    expect(read('{"code":503}')).toEqual({ code: '503' })
  })

  test.each([
    ['1', 1],
    ['86400', 86_400],
    ['20.0', 20],
    ['2e1', 20],
    ['0', undefined],
    ['-1', undefined],
    ['86401', undefined],
    ['1.5', undefined],
    ['"20"', undefined],
    ['null', undefined],
    ['true', undefined],
    ['[20]', undefined],
    ['1e400', undefined],
  ])('R26: retry_in %s', (json, seconds) => {
    expect(read(`{"retry_in":${json}}`).retryInSeconds).toBe(seconds)
  })

  test.each([
    '',
    '[{"retry_in":20}]',
    '20',
    'null',
    '"retry_in"',
    '{"retry_in":20',
    '<html>503</html>',
    '{"__proto__":{"retry_in":20}}',
    '{"error":{"retry_in":20}}',
  ])('R26: says nothing: %s', (text) => {
    expect(read(text)).toEqual({})
  })

  test('R26: is ignored above 64 KiB, and if it is no UTF-8', () => {
    const padded = (length: number) => `{"retry_in":20,"pad":"${'x'.repeat(length - 24)}"}`
    expect(padded(65_536)).toHaveLength(65_536)
    expect(read(padded(65_536))).toEqual({ retryInSeconds: 20 })
    expect(read(padded(65_537))).toEqual({})
    expect(readReceiverAnswer(new Uint8Array([...new TextEncoder().encode('{"retry_in":20,"a":"'), 0xff, 0x22, 0x7d]))).toEqual({})
    expect(readReceiverAnswer(undefined)).toEqual({})
  })

  test('keeps a bounded part of what the receiver says', () => {
    expect(read(JSON.stringify({ message: 'x'.repeat(5000) })).message).toHaveLength(1000)
  })
})
