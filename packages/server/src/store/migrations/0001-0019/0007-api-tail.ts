import type { Migration } from '../migrate.ts'

/**
 * What a key is for and which event types it sees, of which each may have several feature flags; until when a message's payload is kept. Keys of applications that were made before
 * see event types without a flag, as new ones do unless they are given more.
 */
export const apiTail: Migration = {
  version: 7,
  name: 'api_tail',
  statements: ({ text, int }) => [
    `alter table api_key add column kind ${text} not null default 'key'`,
    `alter table api_key add column feature_flags ${text}`,
    // Every visit of a portal leaves one, so retention finds the old ones here.
    `create index api_key_portal on api_key (expires_at) where kind = 'portal'`,
    `alter table message add column payload_until ${int}`,
    'alter table event_type rename column feature_flag to feature_flags',
    `update event_type set feature_flags = '["' || feature_flags || '"]' where feature_flags is not null`,
    // Only messages that were sent with a period of their own stand in it, and only until it is over.
    'create index message_payload_until on message (payload_until) where payload_until is not null',
  ],
}
