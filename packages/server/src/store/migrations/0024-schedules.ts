import type { Migration } from './migrate.ts'

/** When flows start by themselves: a row for each flow that is on and whose published version says so. The commit that makes a run moves it on. */
export const schedules: Migration = {
  version: 24,
  name: 'schedules',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'schedule',
      columns: `flow_id ${key} primary key, application_id ${key} not null, spec ${text} not null, due_at ${int}`,
      fill: 60,
    }),
    'create index schedule_due on schedule (due_at) where due_at is not null',
    'create index schedule_application on schedule (application_id)',
  ],
}
