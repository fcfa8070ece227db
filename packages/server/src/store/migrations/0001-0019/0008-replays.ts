import type { Migration } from '../migrate.ts'

/**
 * Replays: work over the log of deliveries, a step at a time. Finding them needs no further index on `delivery`: one on its status would
 * be paid for by every settle, and on PostgreSQL would end the updates that stay on their page. What nothing indexes is looked through
 * in bounded windows of the indexes that there are (`find-deliveries.ts`).
 */
export const replays: Migration = {
  version: 8,
  name: 'replays',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'replay',
      columns: `id ${key} primary key, application_id ${key} not null, kind ${text} not null, filter ${text} not null, rate ${int} not null,
        until ${key} not null, status ${text} not null, rev ${int} not null, place ${key} not null, next_at ${int} not null,
        matched ${int} not null, queued ${int} not null, skipped ${int} not null, created_at ${int} not null, updated_at ${int} not null,
        finished_at ${int}, failure ${text}`,
      fill: 80,
    }),
    'create index replay_application on replay (application_id, id)',
    "create index replay_running on replay (id) where status = 'running'",
  ],
}
