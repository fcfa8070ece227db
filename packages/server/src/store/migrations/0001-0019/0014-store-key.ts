import type { Migration } from '../migrate.ts'

/** One row: which store this is, and a text sealed under its master key, so that a start with another key is found before it does harm. */
export const storeKey: Migration = {
  version: 14,
  name: 'store_key',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'store_key',
      columns: `id ${int} primary key, store_id ${key} not null, sealed ${text} not null, created_at ${int} not null`,
    }),
  ],
}
