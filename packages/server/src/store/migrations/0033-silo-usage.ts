import type { Migration } from './migrate.ts'

/** What the silo of each application holds, counted beside the rows: nobody could add up a million of them for each save. */
export const siloUsage: Migration = {
  version: 33,
  name: 'silo_usage',
  statements: ({ key, int, table }) => [
    table({
      name: 'silo_usage',
      columns: `application_id ${key} primary key, entries ${int} not null, bytes ${int} not null`,
      fill: 50,
    }),
    `insert into silo_usage (application_id, entries, bytes)
     select e.application_id, count(distinct e.id), sum(v.bytes) from silo_entry e join silo_version v on v.entry_id = e.id
     group by e.application_id`,
  ],
}
