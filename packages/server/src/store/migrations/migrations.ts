import { tables } from './0001-tables.ts'
import { changedIn } from './0002-changed-in.ts'
import { sessionTakes } from './0003-session-takes.ts'
import type { Migration } from './migrate.ts'

/** Every migration, in order. Add at the end. */
export const migrations: readonly Migration[] = [tables, changedIn, sessionTakes]
