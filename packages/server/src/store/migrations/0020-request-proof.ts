import type { Migration } from './migrate.ts'

/** How a request proved where it comes from, and which other one it was made of by hand: both JSON, of few requests the latter. */
export const requestProof: Migration = {
  version: 20,
  name: 'request-proof',
  statements: ({ text }) => [`alter table request add column verified ${text}`, `alter table request add column origin ${text}`],
}
