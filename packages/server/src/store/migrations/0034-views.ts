import type { Migration } from './migrate.ts'

/** Filters of lists that people keep under a name. */
export const views: Migration = {
  version: 34,
  name: 'views',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'saved_view',
      columns: `id ${key} primary key, application_id ${key} not null, list ${key} not null, name ${key} not null, audience ${key} not null,
        search ${text} not null, created_by ${key} not null, created_at ${int} not null, updated_at ${int} not null`,
    }),
    'create unique index saved_view_name on saved_view (application_id, list, audience, name)',
  ],
}
