import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createFakeClock } from '#platform/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import { createTransaction, type Transaction } from './transaction.ts'
import { WriteQueue } from './write-queue.ts'

function setUp(change: (transaction: Transaction) => Partial<Transaction> = () => ({})) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-queue-'))
  const db = new Database(join(folder, 'a.db'))
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  db.pragma('journal_mode = WAL')
  db.exec('create table t (id integer primary key, body blob)')
  const real = createTransaction(db)
  const queue = new WriteQueue({ transaction: { ...real, ...change(real) }, clock: createFakeClock() })
  const insert = db.prepare('insert into t (id, body) values (?, zeroblob(?))')
  const ids = () => db.prepare('select id from t order by id').pluck().all()
  return { db, queue, real, insert, ids }
}

describe('the write queue', () => {
  it('F4: a full disk fails the calls of its transaction, undoes what they knew, and takes writes again when there is room', async () => {
    const { db, queue, real, insert, ids } = setUp()
    await queue.write(() => insert.run(1, 10))
    const pages = db.pragma('page_count', { simple: true }) as number
    db.pragma(`max_page_count = ${pages + 2}`)
    const undone: string[] = []
    const results = await Promise.allSettled([
      queue.write(() => real.onUndo(() => void undone.push('first'))),
      queue.write(() => insert.run(2, 100_000)),
      queue.write(() => insert.run(3, 10)),
    ])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(results[0]).toMatchObject({ reason: { code: 'SQLITE_FULL' } })
    expect(undone).toEqual(['first'])
    expect(ids()).toEqual([1])
    db.pragma(`max_page_count = ${pages + 1000}`)
    await queue.write(() => insert.run(4, 100_000))
    expect(ids()).toEqual([1, 4])
  })

  it('F3: after a failed sync nothing is acknowledged any more, and what was under way is unknown', async () => {
    const failure = new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    const { queue, insert } = setUp((real) => ({
      commit() {
        real.rollback()
        throw failure
      },
    }))
    await expect(queue.write(() => insert.run(1, 1))).rejects.toBeInstanceOf(CommitUnknownError)
    await expect(queue.write(() => insert.run(2, 1))).rejects.toMatchObject({ code: 'store_sync_failed' })
  })

  it('a rollback that fails undoes what was known all the same, and the next writes are taken', async () => {
    const { db, insert, ids } = setUp()
    let fails = 1
    const prepare = (sql: string) => {
      const statement = db.prepare(sql)
      if (sql !== 'rollback') return statement
      return { run: () => (fails-- > 0 ? raise(new Database.SqliteError('disk I/O error', 'SQLITE_IOERR')) : statement.run()) }
    }
    const transaction = createTransaction(new Proxy(db, { get: (_, name: keyof typeof db) => (name === 'prepare' ? prepare : db[name]) }))
    const queue = new WriteQueue({ transaction, clock: createFakeClock() })
    const undone: string[] = []
    const first = queue.write(() => {
      transaction.onUndo(() => void undone.push('first'))
      insert.run(1, 1)
      throw new Error('planted')
    })
    await expect(first).rejects.toThrow()
    expect([fails, undone.includes('first')]).toEqual([-1, true])
    await queue.write(() => insert.run(2, 1))
    expect(ids()).toEqual([2])
  })

  it('F3: nor is what waited behind a hold when the sync failed', async () => {
    const failure = new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    let commits = 0
    const { queue, insert, ids } = setUp((real) => ({
      commit() {
        if (commits++ > 0) return real.commit()
        real.rollback()
        throw failure
      },
    }))
    const asked = [queue.write(() => insert.run(1, 1)), queue.hold(), queue.write(() => insert.run(2, 1))]
    const [first, hold, behind] = await Promise.allSettled(asked)
    expect(first).toMatchObject({ reason: expect.any(CommitUnknownError) })
    expect(hold).toMatchObject({ reason: { code: 'store_sync_failed' } })
    expect(behind).toMatchObject({ reason: { code: 'store_sync_failed' } })
    expect(ids()).toEqual([])
    await queue.close()
  })

  it('a call that throws is undone alone, on disk and in memory', async () => {
    const { queue, real, insert, ids } = setUp()
    const known = new Set<number>()
    const acted: number[] = []
    const call = (id: number, fails: boolean) => () => {
      insert.run(id, 1)
      known.add(id)
      real.onUndo(() => void known.delete(id))
      real.onCommit(() => void acted.push(id))
      if (fails) throw new Error('no')
      return id
    }
    const results = await Promise.allSettled([queue.write(call(1, false)), queue.write(call(2, true)), queue.write(call(3, false))])
    expect(results).toMatchObject([{ value: 1 }, { reason: { message: 'no' } }, { value: 3 }])
    expect({ ids: ids(), known: [...known], acted }).toEqual({ ids: [1, 3], known: [1, 3], acted: [1, 3] })
  })

  it('keeps the order of writes and of what only changes memory', async () => {
    const { queue, insert, ids } = setUp()
    const seen: unknown[] = []
    const results = [
      queue.remember(() => seen.push(ids())),
      queue.write(() => insert.run(1, 1)),
      queue.remember(() => seen.push(ids())),
      queue.write(() => insert.run(2, 1)),
      queue.remember(() => seen.push(ids())),
    ]
    await Promise.all(results)
    expect(seen).toEqual([[], [1], [1, 2]])
  })

  it('a hold begins when all before it is committed, and ends with its own write, before all that came meanwhile', async () => {
    const { queue, insert, ids } = setUp()
    const before = queue.write(() => insert.run(1, 10))
    const holding = queue.hold()
    let written = false
    const after = queue.write(() => {
      written = true
      expect(ids()).toEqual([1, 2])
      insert.run(3, 10)
    })
    const hold = await holding
    await before
    await new Promise<void>((resolve) => void setImmediate(resolve))
    expect(ids()).toEqual([1])
    expect(written).toBe(false)
    const closed = queue.close()
    await hold.end(() => insert.run(2, 10))
    await after
    await closed
    expect(ids()).toEqual([1, 2, 3])
  })
})

function raise(error: Error): never {
  throw error
}
