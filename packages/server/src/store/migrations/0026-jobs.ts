import type { Migration } from './migrate.ts'

/**
 * Labels by which jobs are found; and gates: how many runs of a flow may be under way at a time. Only runs that a gate keeps or let in, and
 * that have not ended, stand in its index, so the others cost nothing.
 */
export const jobs: Migration = {
  version: 26,
  name: 'jobs',
  statements: ({ key, text, int, table }) => [
    `alter table run add column tags ${text}`,
    `alter table run add column gate ${int}`,
    'create index run_gate on run (gate, flow_id, id) where gate is not null and finished_at is null',
    table({ name: 'flow_gate', columns: `flow_id ${key} primary key, runs_max ${int} not null` }),
  ],
}
