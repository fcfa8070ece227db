import type { Migration } from './migrate.ts'

/**
 * Who saved a draft last, so that another who saves over it hears of whom; and what a version is about, with the hash of its
 * definition. Those of before have none.
 */
export const flowAuthors: Migration = {
  version: 27,
  name: 'flow_authors',
  statements: ({ text, int, key }) => [
    `alter table flow_draft add column saved_by ${key}`,
    `alter table flow_draft add column saved_at ${int}`,
    `alter table flow_version add column note ${text}`,
    `alter table flow_version add column hash ${text}`,
  ],
}
