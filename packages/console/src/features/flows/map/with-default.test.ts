import { expect, test } from 'vitest'
import { withDefault } from './with-default.ts'

test('a default is put behind each place that reads the path, and nowhere else', () => {
  const step = {
    id: 'answer',
    kind: 'webhook_response',
    body: { vat: '{{ body.order.vat }}', vats: '{{ body.order.vats }}', both: ['a {{body.order.vat}} b'] },
  }
  expect(withDefault(step, 'body.order.vat')['body']).toEqual({
    vat: '{{ body.order.vat | default: "" }}',
    vats: '{{ body.order.vats }}',
    both: ['a {{ body.order.vat | default: "" }} b'],
  })
  expect(withDefault(step, 'body.other')).toBe(step)
})
