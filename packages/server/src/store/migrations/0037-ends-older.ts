import type { Migration } from './migrate.ts'

/** Which migrations end what older programs do beside them: these look for it while they run (`Migration.endsOlder`). */
export const endsOlder: Migration = {
  version: 37,
  name: 'ends-older',
  statements: ({ int }) => [`alter table migration add column ends_older ${int} not null default 0`],
}
