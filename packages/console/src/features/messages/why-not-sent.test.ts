import type { EndpointOut } from '@posthorn/sdk'
import { expect, test } from 'vitest'
import { whyNotSent } from './why-not-sent.ts'

const message = { eventType: 'invoice.paid', channels: null, timestamp: '2030-01-02T00:00:00.000Z' }
const endpoint = { createdAt: '2030-01-01T00:00:00.000Z', eventTypes: null, channels: null, filter: null, disabled: false }

test.each([
  [{ createdAt: '2030-01-03T00:00:00.000Z' }, 'was added later'],
  [{ eventTypes: ['invoice.payed', 'invoice'] }, 'is not subscribed to invoice.paid'],
  [{ eventTypes: ['invoice.*'], disabled: true }, 'is disabled'],
  [{ eventTypes: ['*'], channels: ['eu'] }, 'only takes the channels eu'],
  [{ filter: { total: 1 } }, 'has a filter that its payload does not fit'],
  [{}, 'did not want it at that time'],
])('of an endpoint with %j it says that it %s', (given, words) => {
  expect(whyNotSent({ ...endpoint, ...given } as EndpointOut, message)).toBe(words)
})
