import type { Migration } from '../migrate.ts'

/**
 * The people of the organisation, the sessions of their browsers, and the links that let them set a password. Of tokens only digests are
 * kept. The table `session` has another name since the first version: there it is a process.
 */
export const members: Migration = {
  version: 17,
  name: 'members',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'member',
      columns: `id ${key} primary key, email ${key} not null, name ${text} not null, role ${text} not null, applications ${text},
        password ${text}, created_at ${int} not null, last_seen_at ${int}, disabled_at ${int}`,
      fill: 80,
    }),
    'create unique index member_email on member (email)',
    table({
      name: 'member_session',
      columns: `hash ${key} primary key, member_id ${key} not null, created_at ${int} not null, last_used_at ${int} not null,
        expires_at ${int} not null, ip ${text}, user_agent ${text}`,
      fill: 80,
    }),
    'create index member_session_member on member_session (member_id)',
    'create index member_session_expires on member_session (expires_at)',
    table({
      name: 'member_link',
      columns: `hash ${key} primary key, kind ${text} not null, member_id ${key}, created_at ${int} not null, expires_at ${int} not null, used_at ${int}`,
    }),
    'create index member_link_member on member_link (member_id)',
    'create index member_link_expires on member_link (expires_at)',
  ],
}
