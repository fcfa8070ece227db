import type { Migration } from './migrate.ts'

/**
 * The portal of customers: links that open it once, keys that were made of a link and end with the key which the link stands for, and how
 * it looks (one row).
 */
export const portal: Migration = {
  version: 29,
  name: 'portal',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'portal_link',
      columns: `hash ${key} primary key, key_id ${key} not null, created_at ${int} not null, expires_at ${int} not null, used_at ${int}`,
    }),
    'create index portal_link_expires on portal_link (expires_at)',
    table({ name: 'portal_look', columns: `id ${int} primary key, look ${text} not null, updated_at ${int} not null` }),
    `alter table api_key add column parent_id ${key}`,
    'create index api_key_parent on api_key (parent_id) where parent_id is not null',
  ],
}
