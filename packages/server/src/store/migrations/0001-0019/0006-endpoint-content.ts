import type { Migration } from '../migrate.ts'

/** What an endpoint makes of payloads, and what was sent where that is not the payload itself. */
export const endpointContent: Migration = {
  version: 6,
  name: 'endpoint_content',
  statements: ({ text, int, bytes }) => [
    `alter table endpoint add column transformation ${text}`,
    `alter table attempt add column request_bytes ${int}`,
    `alter table attempt add column request_body ${bytes}`,
  ],
}
