import { limits } from '../limits.ts'

/** The name of an event type: `invoice.paid`. Letters, digits, `-`, `_` and `.`, at most 256 of them. */
export function isEventTypeName(text: string): boolean {
  return text.length <= limits.eventTypeLengthMax && /^[a-zA-Z0-9\-_.]+$/.test(text)
}

/** What an endpoint or a flow may ask for: a name; `*`, every event type; or `invoice.*`, all that begin with `invoice.`, however deep. */
export function isEventTypePattern(text: string): boolean {
  if (text === '*') return true
  return text.endsWith('.*') ? isEventTypeName(text.slice(0, -2)) : isEventTypeName(text)
}

/** Of the test button. Signed, sent and logged like any other; counted nowhere. */
export const testEventType = 'test.ping'
