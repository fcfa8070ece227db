import type { Database } from 'better-sqlite3'

/**
 * One transaction over the file and over what the engine knows in memory. Whoever changes memory says how to undo it; whoever
 * wants to be heard says what to do once it is committed. Never open across turns of the event loop.
 */
export interface Transaction {
  /**
   * `hasty`: without savepoints, which copy each page before it changes (a tenth of a batch's time) and are hardly ever needed. Whatever
   * then throws comes out as `HastyError`: roll back, and do the same again, not hastily.
   */
  begin(mode: 'hasty' | 'careful'): void
  /** Throws if the database refuses; then nothing was kept and memory is as before. */
  commit(): void
  rollback(): void
  /** Keeps all of `work` or, if it throws, nothing of it; what came before it in the transaction stays. */
  nested<T>(work: () => T): T
  /** As `nested`, for work that touches memory alone. */
  nestedInMemory<T>(work: () => T): T
  onUndo(undo: () => void): void
  onCommit(act: () => void): void
}

/** Something failed inside a hasty transaction, so only the whole of it can be undone. */
export class HastyError extends Error {
  constructor(cause: unknown) {
    super('A call failed inside a transaction without savepoints.', { cause })
  }
}

export function createTransaction(db: Database): Transaction {
  const sql = {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    rollback: db.prepare('rollback'),
  }
  const behindSavepoint = prepareSavepoint(db)
  let hasty = false
  const undos: (() => void)[] = []
  const acts: (() => void)[] = []

  const undoTo = (undosLeft: number, actsLeft: number): void => {
    while (undos.length > undosLeft) undos.pop()!()
    acts.length = actsLeft
  }

  const rollback = (): void => {
    try {
      if (db.inTransaction) sql.rollback.run()
    } catch {
      // What it is rolled back for is the fault to be told. The next one finds that it cannot begin, and tries this again.
    }
    undoTo(0, 0)
  }

  const nestedInMemory = <T>(work: () => T): T => {
    const marks = [undos.length, acts.length] as const
    try {
      return work()
    } catch (error) {
      undoTo(...marks)
      throw error
    }
  }

  return {
    begin(mode) {
      hasty = mode === 'hasty'
      sql.begin.run()
    },
    commit() {
      try {
        if (db.inTransaction) sql.commit.run()
      } catch (error) {
        rollback()
        throw error
      }
      undos.length = 0
      for (const act of acts.splice(0)) act()
    },
    rollback,
    nested(work) {
      if (!hasty) return nestedInMemory(() => behindSavepoint(work))
      try {
        return work()
      } catch (error) {
        throw error instanceof HastyError ? error : new HastyError(error)
      }
    },
    nestedInMemory,
    onUndo: (undo) => void undos.push(undo),
    onCommit: (act) => void acts.push(act),
  }
}

function prepareSavepoint(db: Database): <T>(work: () => T) => T {
  const savepoint = db.prepare('savepoint call')
  const release = db.prepare('release call')
  const back = db.prepare('rollback to call')
  return (work) => {
    savepoint.run()
    try {
      const result = work()
      release.run()
      return result
    } catch (error) {
      // A full disk ends the whole transaction, and the savepoint with it.
      if (db.inTransaction) {
        back.run()
        release.run()
      }
      throw error
    }
  }
}
