import { expect, test } from 'vitest'
import type { Span } from './span.ts'
import { writeSpans } from './write-spans.ts'

const span: Span = {
  ...{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', parent: 'b7ad6b7169203330', state: 'vendor=a' },
  ...{ name: 'POST', kind: 'client', startedAt: 1_790_000_000_000.125, endedAt: 1_790_000_000_250 },
  attributes: { text: 'a', whole: 3, part: 0.5, yes: true, absent: undefined, none: null },
  events: [{ name: 'connected', at: 1_790_000_000_001.5 }],
  error: 'http_503',
}

const written = (one: Span) => {
  const all = JSON.parse(writeSpans([one], { 'service.name': 'posthorn' }, '1.2.3')) as {
    resourceSpans: [{ resource: unknown; scopeSpans: [{ scope: unknown; spans: [Record<string, unknown>] }] }]
  }
  const [{ resource, scopeSpans }] = all.resourceSpans
  return { resource, scope: scopeSpans[0].scope, span: scopeSpans[0].spans[0] }
}

test('spans are written as OTLP has them in JSON', () => {
  expect(written(span)).toEqual({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'posthorn' } }] },
    scope: { name: 'posthorn', version: '1.2.3' },
    span: {
      ...{ traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parent, traceState: 'vendor=a', flags: 1, name: 'POST', kind: 3 },
      ...{ startTimeUnixNano: '1790000000000125000', endTimeUnixNano: '1790000000250000000' },
      attributes: [
        { key: 'text', value: { stringValue: 'a' } },
        { key: 'whole', value: { intValue: '3' } },
        { key: 'part', value: { doubleValue: 0.5 } },
        { key: 'yes', value: { boolValue: true } },
        { key: 'error.type', value: { stringValue: 'http_503' } },
      ],
      events: [{ timeUnixNano: '1790000000001500000', name: 'connected' }],
      status: { code: 2, message: 'http_503' },
    },
  })
})

test('what is not there is left out, and no span ends before it begins', () => {
  const { span: bare } = written({ ...span, parent: null, state: '', error: undefined, endedAt: 0 })
  expect(Object.keys(bare)).toEqual(expect.not.arrayContaining(['parentSpanId', 'traceState', 'status']) as unknown as string[])
  expect(bare['endTimeUnixNano']).toBe(bare['startTimeUnixNano'])
})
