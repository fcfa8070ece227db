import type { System } from './system.ts'

/** Signs the body alone, so a captured request can be sent again: only `X-GitHub-Delivery`, which is not signed, tells copies. */
export const github: System = {
  name: 'github',
  title: 'GitHub',
  scheme: {
    kind: 'hmac',
    header: 'x-hub-signature-256',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'sha256=',
    signedString: '{body}',
    timestamp: null,
    keyEncoding: 'utf8',
  },
  eventType: ['header:x-github-event'],
  dedupKey: ['header:x-github-delivery'],
  handshakes: [{ name: 'ping', when: { header: 'x-github-event', value: 'ping' }, respond: { status: 200, body: '{"ok":true}' } }],
  acknowledgement: { status: 202, deadlineMs: 10_000 },
}
