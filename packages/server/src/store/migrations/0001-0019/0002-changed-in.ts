import type { Migration } from '../migrate.ts'

/**
 * PostgreSQL: the transaction that last raised an application's version. Other processes ask for all since the oldest transaction that
 * was still under way when they last asked, so that a change which commits late is not missed, as it would be with a clock or a sequence.
 */
export const changedIn: Migration = {
  version: 2,
  name: 'changed_in',
  statements: ({ engine }) =>
    engine === 'postgres'
      ? [
          'alter table application add column changed_in xid8 not null default pg_current_xact_id()',
          'create index application_changed_in on application (changed_in)',
        ]
      : [],
}
