import type { Migration } from '../migrate.ts'

/** Lanes that keep the order of their tasks, and the delivery whose next try such a lane waits for. */
export const laneLimits: Migration = {
  version: 4,
  name: 'lane_limits',
  statements: ({ int, key }) => [
    `alter table lane add column ordered ${int} not null default 0`,
    `alter table lane add column blocked_for ${key}`,
    'update lane set ordered = 1 where lane in (select id from endpoint where ordered = 1)',
  ],
}
