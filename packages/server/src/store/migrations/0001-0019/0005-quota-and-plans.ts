import type { Migration } from '../migrate.ts'

/**
 * Plans as rows, what an application has used of its plan's hour, and until when a lane waits for it. The three plans that come with the
 * program are never changed here: their numbers are `domain/plan.ts`, and a test compares both.
 */
export const quotaAndPlans: Migration = {
  version: 5,
  name: 'quota_and_plans',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'plan',
      columns: `name ${key} primary key, built_in ${int} not null, endpoints_max ${int}, deliveries_per_hour ${int}, retries_max ${int},
        timeout_ms_max ${int}, default_signing ${text} not null, default_retry_policy ${text} not null, created_at ${int} not null,
        updated_at ${int} not null`,
    }),
    `insert into plan (name, built_in, endpoints_max, deliveries_per_hour, retries_max, timeout_ms_max, default_signing, default_retry_policy,
        created_at, updated_at)
      values ('basic', 1, 2, 100, 5, 10000, 'hex', '"invoice"', 0, 0), ('pro', 1, 50, 5000, 5, 10000, 'hex', '"invoice"', 0, 0),
        ('unlimited', 1, null, null, null, null, 'standard', '"standard"', 0, 0)`,
    // One row a minute in which an application of a limited plan sent something.
    table({
      name: 'quota',
      columns: `application_id ${key} not null, minute ${int} not null, n ${int} not null, primary key (application_id, minute)`,
      inKey: true,
      fill: 70,
    }),
    'create index quota_minute on quota (minute)',
    `alter table lane add column throttled_until ${int} not null default 0`,
  ],
}
