import type { Migration } from './migrate.ts'

/** What http_request steps call: an address, and the secret that goes along. */
export const connections: Migration = {
  version: 32,
  name: 'connections',
  statements: ({ key, text, int, table }) => [
    table({
      name: 'connection',
      columns: `application_id ${key} not null, name ${key} not null, base_url ${text} not null, auth ${text} not null, created_at ${int} not null,
        updated_at ${int} not null, primary key (application_id, name)`,
    }),
  ],
}
