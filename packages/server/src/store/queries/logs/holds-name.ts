import { sql, type RawBuilder } from 'kysely'

/**
 * Whether a column that holds a JSON array of names holds this one. Taking it away changes the text only if it is there: said so,
 * both engines agree, also on upper and lower case and on `_`, of which LIKE makes something else.
 */
export function holdsName(column: 'message.channels' | 'message.tags' | 'run.tags' | 'silo_entry.tags', name: string): RawBuilder<boolean> {
  return sql<boolean>`replace(${sql.ref(column)}, ${JSON.stringify(name)}, '') <> ${sql.ref(column)}`
}
