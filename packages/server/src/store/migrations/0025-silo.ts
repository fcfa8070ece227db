import type { Migration } from './migrate.ts'

/**
 * The silo: entries that callers and flows keep, with their versions. What a document holds stands a second time as single values, by which
 * it is found: so both engines find the same, without looking into JSON. `mark` names the step of a run that saved a version, so that it
 * saves it once, however often it is run.
 */
export const silo: Migration = {
  version: 25,
  name: 'silo',
  statements: ({ key, text, int, bytes, table }) => [
    table({
      name: 'silo_entry',
      columns: `id ${key} primary key, application_id ${key} not null, key ${key}, name ${text}, tags ${text} not null, version ${int} not null,
        content_type ${text} not null, bytes ${int} not null, sha256 ${text} not null, keep_days ${int}, created_at ${int} not null,
        updated_at ${int} not null, expires_at ${int}`,
    }),
    'create unique index silo_entry_key on silo_entry (application_id, key)',
    'create index silo_entry_application on silo_entry (application_id, id)',
    'create index silo_entry_expires on silo_entry (expires_at) where expires_at is not null',
    table({
      name: 'silo_version',
      columns: `entry_id ${key} not null, version ${int} not null, content_type ${text} not null, bytes ${int} not null, sha256 ${text} not null,
        content ${bytes} not null, saved_at ${int} not null, saved_by ${text} not null, mark ${key}, primary key (entry_id, version)`,
    }),
    'create unique index silo_version_mark on silo_version (mark) where mark is not null',
    table({
      name: 'silo_value',
      columns: `application_id ${key} not null, path ${key} not null, value ${key} not null, entry_id ${key} not null,
        primary key (application_id, path, value, entry_id)`,
      inKey: true,
    }),
    'create index silo_value_entry on silo_value (entry_id)',
  ],
}
