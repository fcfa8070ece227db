import type { Database } from 'better-sqlite3'

/** So many are named. */
const SHOWN_MAX = 10

type Key = readonly unknown[]

/**
 * Rows of these tables that would have the same key if U+FFFD stood for the zero character. Nearly always no key has one, which a scan of the
 * keys tells; those that have are looked up one by one.
 */
export function alikeWithoutZero(db: Database, tables: readonly string[]): string[] {
  const found: string[] = []
  for (const table of tables) {
    for (const columns of keysOf(db, table)) {
      found.push(...alikeIn(db, table, columns))
      if (found.length >= SHOWN_MAX) return found.slice(0, SHOWN_MAX)
    }
  }
  return found
}

/** The columns of each thing that is unique. */
function keysOf(db: Database, table: string): string[][] {
  const indexes = db.prepare<[string], string>('select name from pragma_index_list(?) where "unique" = 1').pluck().all(table)
  const columns = db.prepare<[string], string | null>('select name from pragma_index_info(?) order by seqno').pluck()
  return indexes.map((index) => columns.all(index)).filter((names): names is string[] => names.every((name) => name !== null))
}

function alikeIn(db: Database, table: string, columns: readonly string[]): string[] {
  const list = columns.map(quoted).join(', ')
  const hasZero = columns.map((column) => `instr(${quoted(column)}, char(0))`).join(' or ')
  const keys = db
    .prepare<[], unknown[]>(`select ${list} from ${quoted(table)} where ${hasZero} order by ${list}`)
    .raw()
    .all()
  const where = columns.map((column) => `${quoted(column)} = ?`).join(' and ')
  const isThere = db.prepare<unknown[], unknown>(`select 1 from ${quoted(table)} where ${where}`)
  const seen = new Set<string>()
  return keys.flatMap((key) => {
    const kept = key.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value))
    const name = JSON.stringify(kept)
    const isAlike = seen.has(name) || isThere.get(...kept) !== undefined
    seen.add(name)
    return isAlike ? describe(table, columns, key) : []
  })
}

function describe(table: string, columns: readonly string[], key: Key): string {
  return `${table} (${columns.map((column, i) => `${column} ${JSON.stringify(key[i])}`).join(', ')})`
}

function quoted(name: string): string {
  return `"${name}"`
}
