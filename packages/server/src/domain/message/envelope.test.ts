import fc from 'fast-check'
import { expect, test } from 'vitest'
import { envelopeBytes } from './envelope.ts'

const event = { id: 'evt_1', type: 'invoice.paid', createdAt: Date.UTC(2026, 10, 22, 12, 0, 0, 7), businessId: 'acme' }
const text = (data: string) => Buffer.from(envelopeBytes({ ...event, data: Buffer.from(data) })).toString()

test('R70, R71: id, type, created_at, timestamp, business_id, data', () => {
  expect(text('{"invoice":{"id":"inv_1"}}')).toBe(
    '{"id":"evt_1","type":"invoice.paid","created_at":"2026-11-22T12:00:00.007Z","timestamp":"2026-11-22T12:00:00.007Z","business_id":"acme","data":{"invoice":{"id":"inv_1"}}}',
  )
})

test('the bytes of data stay as they came: numbers, escapes, spaces, equal keys', () => {
  const data = '{ "n": 12345678901234567890, "x": 1e400, "e": "\\u00e5", "a": 1, "a": 2 }\n'
  expect(text(data)).toContain(`"data":${data}}`)
})

test('is JSON whose fields are what was given, whatever they hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.json(), (id, businessId, data) => {
      const bytes = envelopeBytes({ ...event, id, businessId, data: Buffer.from(data) })
      expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
        id: Buffer.from(id).toString(), // a lone surrogate becomes U+FFFD in UTF-8
        type: 'invoice.paid',
        created_at: '2026-11-22T12:00:00.007Z',
        timestamp: '2026-11-22T12:00:00.007Z',
        business_id: Buffer.from(businessId).toString(),
        data: JSON.parse(Buffer.from(data).toString()),
      })
    }),
  )
})
