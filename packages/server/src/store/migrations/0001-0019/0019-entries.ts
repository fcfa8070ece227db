import type { Migration } from '../migrate.ts'

/**
 * Files that came with requests. What a form holds besides stands with its request; what an application keeps is counted beside the rows,
 * because nobody could add up a million of them for each upload. On PostgreSQL the bytes stand in the database, where every process finds
 * them; beside SQLite they are files (decisions/where-files-are).
 */
export const entries: Migration = {
  version: 19,
  name: 'entries',
  statements: ({ engine, key, text, int, bytes, table }) => [
    `alter table request add column form ${text}`,
    table({
      name: 'entry',
      columns: `id ${key} primary key, application_id ${key} not null, listener_id ${key}, request_id ${key}, field ${text} not null,
        name ${text}, content_type ${text} not null, bytes ${int} not null, sha256 ${text} not null, created_at ${int} not null,
        removed_at ${int}`,
    }),
    'create index entry_application on entry (application_id, id)',
    'create index entry_listener on entry (listener_id, id)',
    'create index entry_request on entry (request_id, id)',
    'create index entry_removed on entry (id) where removed_at is not null',
    table({
      name: 'entry_usage',
      columns: `application_id ${key} primary key, files ${int} not null, bytes ${int} not null`,
      fill: 50,
    }),
    ...(engine === 'postgres'
      ? [
          `create table entry_piece (entry_id ${key} not null, n ${int} not null, bytes ${bytes} not null, primary key (entry_id, n))`,
          // Bodies of files are hardly ever worth the time that compressing them takes.
          'alter table entry_piece alter column bytes set storage external',
          'create index entry_piece_first on entry_piece (entry_id) where n = 0',
        ]
      : []),
  ],
}
