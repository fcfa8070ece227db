import type { Migration } from './migrate.ts'

/** Listeners that wait for a request which becomes the example of what they expect. Only those that still wait stand in the index. */
export const captures: Migration = {
  version: 35,
  name: 'captures',
  statements: ({ text, int }) => [
    `alter table listener add column capture ${text}`,
    `alter table listener add column capture_until ${int}`,
    'create index listener_capturing on listener (id) where capture_until is not null',
  ],
}
