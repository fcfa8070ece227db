import { describe, expect, test } from 'vitest'
import { textOfTrace, traceHeaders, traceIn, traceOfRequest, traceText } from './trace-text.ts'

const ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const WELL = `00-${ID}-${SPAN}-01`

describe('what a caller said of its trace', () => {
  test('is kept as it came, with its tracestate', () => {
    expect(traceText(WELL)).toBe(WELL)
    expect(traceText(` ${WELL} `, 'vendor=a b,other=2 ')).toBe(`${WELL} vendor=a b,other=2`)
    expect(traceText(`00-${ID}-${SPAN}-00`)).toBe(`00-${ID}-${SPAN}-00`)
  })

  test('is passed on in the version that is known, with the one flag that is', () => {
    expect(traceText(`cc-${ID}-${SPAN}-03-what.comes.later`)).toBe(WELL)
    expect(traceText(`cc-${ID}-${SPAN}-02`)).toBe(`00-${ID}-${SPAN}-00`)
  })

  test.each([
    ['nothing', ''],
    ['version ff', `ff-${ID}-${SPAN}-01`],
    ['more than version 00 has', `${WELL}-more`],
    ['a later version that goes on without a dash', `cc-${ID}-${SPAN}-01more`],
    ['large letters', `00-${ID.toUpperCase()}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
    ['a short trace', `00-${ID.slice(1)}-${SPAN}-01`],
    ['a long span', `00-${ID}-${SPAN}0-01`],
    ['no flags', `00-${ID}-${SPAN}`],
    ['two values', `${WELL}, ${WELL}`],
    ['a line break', `${WELL}\nx: y`],
  ])('is nothing where it is malformed: %s', (_, traceparent) => {
    expect(traceText(traceparent, 'vendor=1')).toBeNull()
  })

  test.each([
    ['is too long', 'a='.padEnd(513, 'x')],
    ['has a line break', 'a=1\nb=2'],
    ['is not ASCII', 'a=ü'],
    ['is empty', ' '],
  ])('loses a tracestate that %s, and nothing else', (_, tracestate) => {
    expect(traceText(WELL, tracestate)).toBe(WELL)
  })

  test('is read back from what is kept', () => {
    const context = { traceId: ID, spanId: SPAN, isSampled: true, state: 'vendor=a b' }
    expect(traceIn(textOfTrace(context))).toEqual(context)
    expect(traceIn(WELL)).toEqual({ ...context, state: '' })
    expect(traceHeaders(`${WELL} vendor=a b`)).toEqual([
      ['traceparent', WELL],
      ['tracestate', 'vendor=a b'],
    ])
    expect(traceHeaders(WELL)).toEqual([['traceparent', WELL]])
  })
})

test('a kept request shows it, however its name was spelt', () => {
  const of = (...headers: [string, string][]) => traceOfRequest({ headers: JSON.stringify(headers) })
  expect(of(['Host', 'x'], ['TraceParent', WELL])).toBe(WELL)
  expect(of(['traceparent', WELL], ['tracestate', 'a="1"'], ['TraceState', 'b=2'], ['baggage', 'user=7'])).toBe(`${WELL} a="1",b=2`)
  expect(of(['Host', 'x'], ['note', '["traceparent","x"]'])).toBeNull()
  expect(of(['traceparent', WELL], ['Traceparent', WELL])).toBeNull()
  expect(of(['tracestate', 'a=1'])).toBeNull()
})
