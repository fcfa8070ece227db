import type { Migration } from './migrate.ts'

/** How long requests took until their answer was made; of those that a flow answers its run says it. */
export const requestTook: Migration = {
  version: 36,
  name: 'request-took',
  statements: ({ int }) => [`alter table request add column took_ms ${int}`],
}
