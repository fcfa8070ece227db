import type { System } from './system.ts'

/** Svix and the senders behind it: Clerk, Resend, Lithic and others. Some have moved to the standard's header names. */
export const svix: System = {
  name: 'svix',
  title: 'Svix',
  scheme: { kind: 'standard_webhooks', profiles: ['svix', 'standard'] },
  eventType: ['body.type'],
  dedupKey: ['header:svix-id', 'header:webhook-id'],
  handshakes: [],
  acknowledgement: { status: 202, deadlineMs: 15_000 },
}
