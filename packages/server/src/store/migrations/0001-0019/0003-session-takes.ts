import type { Migration } from '../migrate.ts'

/** PostgreSQL: which work falls to a session by itself. In an embedded store sessions live in memory. */
export const sessionTakes: Migration = {
  version: 3,
  name: 'session_takes',
  statements: ({ engine, int }) =>
    engine === 'postgres'
      ? [`alter table session add column takes_lanes ${int} not null default 1, add column takes_runs ${int} not null default 1`]
      : [],
}
