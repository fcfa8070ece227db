import type { Migration } from '../migrate.ts'

/** When a run that waits for a moment goes on. Only those stand in the index, so the others cost nothing. */
export const dueRuns: Migration = {
  version: 18,
  name: 'due_runs',
  statements: ({ int }) => [`alter table run add column due_at ${int}`, 'create index run_due on run (due_at) where due_at is not null'],
}
