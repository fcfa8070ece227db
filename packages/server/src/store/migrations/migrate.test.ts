import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate, NewerDatabaseError, type Migration, type MigrationTarget } from './migrate.ts'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sql-dialect.ts'

/** SQLite in memory as a target; `allow` counts down and kills the process, as it were, before the statement that reaches zero. */
function targetOver(database: Database.Database, allow = Infinity): MigrationTarget {
  let left = allow
  return {
    dialect: sqliteDialect,
    now: () => 1000,
    async exclusively(work) {
      database.exec('begin immediate')
      try {
        const result = await work(async (sql) => {
          if (left-- <= 0) throw new Error('killed')
          const statement = database.prepare<unknown[], Record<string, unknown>>(sql)
          if (statement.reader) return statement.all()
          statement.run()
          return []
        })
        if (left <= 0) throw new Error('killed')
        database.exec('commit')
        return result
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
  }
}

const two: Migration[] = [
  { version: 1, name: 'first', statements: () => ['create table a (x integer)', 'create table b (x integer)'] },
  { version: 2, name: 'second', statements: () => ['alter table a add column y integer', 'create index a_y on a (y)'] },
]

describe('migrate', () => {
  it('makes every table once, and has nothing to do the second time', async () => {
    const database = new Database(':memory:')
    expect(await migrate(targetOver(database), migrations)).toEqual(migrations.map((migration) => migration.version))
    expect(await migrate(targetOver(database), migrations)).toEqual([])
    expect(database.prepare('select version, name, applied_at from migration').all()).toContainEqual({
      version: 1,
      name: 'tables',
      applied_at: 1000,
    })
  })

  it('numbers its steps in their order, each once', () => {
    const versions = migrations.map(({ version }) => version)
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b))
  })

  it('says of which steps older programs have to stop', async () => {
    const database = new Database(':memory:')
    const ends: Migration = { version: 99, name: 'ends', statements: () => [], endsOlder: true }
    await migrate(targetOver(database), [...migrations, ends])
    expect(database.prepare('select name from migration where ends_older = 1').pluck().all()).toEqual(['ends'])
  })

  it('also takes a step that was made beside a later one, and released after it', async () => {
    const between: Migration = { version: 2, name: 'between', statements: () => ['alter table a add column z integer'] }
    const [first, second] = [two[0]!, { ...two[1]!, version: 3 }]
    const database = new Database(':memory:')
    expect(await migrate(targetOver(database), [first, second])).toEqual([1, 3])
    expect(await migrate(targetOver(database), [first, between, second])).toEqual([2])
    expect(await migrate(targetOver(database), [first, between, second])).toEqual([])
  })

  it('F30: goes on where a killed process stopped, whichever statement that was', async () => {
    for (let allow = 0; allow < 40; allow++) {
      const database = new Database(':memory:')
      const killed = await migrate(targetOver(database, allow), two).then(
        () => false,
        () => true,
      )
      await migrate(targetOver(database), two)
      expect(database.prepare('select group_concat(version) versions from migration').get()).toEqual({ versions: '1,2' })
      expect(database.prepare('select count(*) n from sqlite_master where type in (?, ?)').get('table', 'index')).toEqual({ n: 4 })
      if (!killed) return
    }
    expect.unreachable('the migrations never passed')
  })

  it('F30: an older program refuses a newer database by version and name, and leaves it alone', async () => {
    const database = new Database(':memory:')
    await migrate(targetOver(database), two)
    const refused = migrate(targetOver(database), two.slice(0, 1))
    await expect(refused).rejects.toBeInstanceOf(NewerDatabaseError)
    await expect(refused).rejects.toThrow('The database is at version 2 (second), and this program knows versions up to 1 (first).')
  })
})
