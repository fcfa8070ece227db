import { sql, type RawBuilder } from 'kysely'

type Named = 'message.channels' | 'message.tags' | 'run.tags' | 'silo_entry.tags' | 'endpoint.event_types' | 'flow_version.definition'

/**
 * Whether a column that holds JSON, such as an array of names, holds this name. Taking it away changes the text only if it is there: said so,
 * both engines agree, also on upper and lower case and on `_`, of which LIKE makes something else.
 */
export function holdsName(column: Named, name: string): RawBuilder<boolean> {
  return sql<boolean>`replace(${sql.ref(column)}, ${JSON.stringify(name)}, '') <> ${sql.ref(column)}`
}
