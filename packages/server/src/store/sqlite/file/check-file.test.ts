import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { checkFile } from './check-file.ts'

/** A database whose index does not hold what its table does. */
function damaged(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-check-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'posthorn.db')
  const db = new Database(path)
  db.exec(`create table lane (id integer primary key, due integer, name text not null); create unique index lane_due on lane (due);
    create table other (id integer primary key); insert into lane values (1, 10, 'a'), (2, 20, 'b')`)
  db.unsafeMode(true)
  db.pragma('writable_schema = on')
  const [index] = db.prepare("select * from sqlite_schema where name = 'lane_due'").all() as Record<string, unknown>[]
  db.exec("delete from sqlite_schema where name = 'lane_due'")
  db.close()
  const without = new Database(path)
  without.exec("insert into lane values (3, 10, 'c')")
  without.unsafeMode(true)
  without.pragma('writable_schema = on')
  without.prepare('insert into sqlite_schema values (@type, @name, @tbl_name, @rootpage, @sql)').run(index!)
  without.close()
  return folder
}

it('a fault of an index is one of its table, in whichever words SQLite says it', () => {
  const { tables, faults } = checkFile(damaged())
  expect(faults).toEqual([])
  expect(tables.find(({ table }) => table === 'other')).toEqual({ table: 'other', faults: [] })
  const found = tables.find(({ table }) => table === 'lane')!.faults.join('; ')
  expect(found).toMatch(/missing from index lane_due/)
  expect(found).toMatch(/wrong # of entries in index lane_due/)
})

it('where there is nothing to check, the error says so by its name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-check-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  expect(() => checkFile(folder)).toThrow(expect.objectContaining({ name: 'NothingToCheckError' }))
})
