import type { System } from './system.ts'

/** Any other sender: the listener itself says how it authenticates, and where an id stands. */
export const custom: System = {
  name: 'custom',
  title: 'Custom',
  scheme: { kind: 'none' },
  eventType: [],
  dedupKey: [],
  handshakes: [],
  acknowledgement: null,
}
