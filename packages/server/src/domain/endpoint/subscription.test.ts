import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEventTypeName, isEventTypePattern } from '../message/event-type.ts'
import { admission, compileEventTypes, compileSubscription } from './subscription.ts'

const matches = (eventTypes: readonly string[] | null, eventType: string) =>
  compileSubscription({ eventTypes, channels: null })({ eventType, channels: null })

describe('R64: event types', () => {
  test.each([
    [null, 'invoice.paid', true],
    [['*'], 'invoice.paid', true],
    [['other', '*'], 'invoice.paid', true],
    [['invoice.paid'], 'invoice.paid', true],
    [['invoice.paid'], 'invoice.paid.late', false],
    [['invoice.paid'], 'invoice.sent', false],
    [['invoice.*'], 'invoice.paid', true],
    [['invoice.*'], 'invoice.line.added', true],
    [['invoice.*'], 'invoice', false],
    [['invoice.*'], 'invoices.paid', false],
    [['invoice.*'], 'invoice-paid', false],
    [['quotation.*', 'invoice.paid'], 'invoice.paid', true],
    [['quotation.*', 'invoice.paid'], 'quotation.sent', true],
    [['quotation.*', 'invoice.paid'], 'invoice.sent', false],
    [['recurring_invoice.*'], 'invoice.paid', false],
    [['invoice.line.*'], 'invoice.line.added', true],
    [['invoice.line.*'], 'invoice.paid', false],
    [[], 'invoice.paid', false],
    [['toString'], 'constructor', false],
  ])('%j and %s: %s', (eventTypes, eventType, expected) => {
    expect(matches(eventTypes, eventType)).toBe(expected)
    expect(compileEventTypes(eventTypes)(eventType)).toBe(expected)
  })

  test.each(['invoice.paid', '*', 'invoice.*', 'a', 'A-b_c.9', `${'a'.repeat(254)}.*`, 'a'.repeat(256)])('%s may be asked for', (text) => {
    expect(isEventTypePattern(text)).toBe(true)
  })

  test.each(['', 'invoice*', '*.paid', 'invoice.*.paid', 'in voice', 'ä', '.*', '**', 'a'.repeat(257), `${'a'.repeat(257)}.*`])(
    '%j may not',
    (text) => {
      expect(isEventTypePattern(text)).toBe(false)
    },
  )

  test('names have no stars', () => {
    expect(isEventTypeName('invoice.paid')).toBe(true)
    for (const text of ['*', 'invoice.*', '', 'a b', 'a'.repeat(257), 'a\n']) expect(isEventTypeName(text)).toBe(false)
  })
})

describe('channels', () => {
  test.each([
    [null, null, true],
    [null, ['a'], true],
    [[], ['a'], true],
    [['a'], null, false],
    [['a'], [], false],
    [['a'], ['b'], false],
    [['a', 'b'], ['c', 'b'], true],
  ])('an endpoint with %j and a message with %j: %s', (ofEndpoint, ofMessage, expected) => {
    expect(compileSubscription({ eventTypes: null, channels: ofEndpoint })({ eventType: 'x', channels: ofMessage })).toBe(expected)
  })

  test('both event type and channel have to fit', () => {
    const wants = compileSubscription({ eventTypes: ['a.*'], channels: ['c'] })
    expect(wants({ eventType: 'a.b', channels: ['c'] })).toBe(true)
    expect(wants({ eventType: 'b.b', channels: ['c'] })).toBe(false)
    expect(wants({ eventType: 'a.b', channels: ['d'] })).toBe(false)
  })
})

test('compiled subscriptions answer as the rule says in plain words', () => {
  const word = fc.constantFrom('a', 'b', 'ab')
  const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('.'))
  const pattern = fc.oneof(
    name,
    name.map((text) => `${text}.*`),
    fc.constant('*'),
  )
  const channels = fc.option(fc.uniqueArray(word), { nil: null })
  fc.assert(
    fc.property(
      fc.record({ eventTypes: fc.option(fc.array(pattern), { nil: null }), ofEndpoint: channels, eventType: name, ofMessage: channels }),
      ({ eventTypes, ofEndpoint, eventType, ofMessage }) => {
        const fits = (one: string) => one === '*' || one === eventType || (one.endsWith('*') && eventType.startsWith(one.replace('*', '')))
        const expected =
          (eventTypes?.some(fits) ?? true) && (!ofEndpoint?.length || ofEndpoint.some((channel) => ofMessage?.includes(channel)))
        expect(compileSubscription({ eventTypes, channels: ofEndpoint })({ eventType, channels: ofMessage })).toBe(expected)
      },
    ),
    { numRuns: 2000 },
  )
})

test('an active endpoint is sent to, a paused one queues, a disabled one skips', () => {
  expect([admission('active'), admission('paused'), admission('disabled')]).toEqual(['send', 'hold', 'skip'])
})
