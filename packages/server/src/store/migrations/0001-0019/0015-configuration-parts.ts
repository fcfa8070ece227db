import type { Migration } from '../migrate.ts'

/**
 * Versions of what is read of an application's configuration: by requests (its listeners, flows and secrets) and by messages (its endpoints
 * and flows). A commit compares the one it was made from, so that what does not concern it does not make it stale.
 */
export const configurationParts: Migration = {
  version: 15,
  name: 'configuration_parts',
  statements: ({ int }) => [
    `alter table application add column inbound_version ${int} not null default 1`,
    `alter table application add column outbound_version ${int} not null default 1`,
  ],
}
