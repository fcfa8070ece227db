import type { Database } from 'better-sqlite3'

/**
 * Tasks of resends. They are few and nothing else holds their due, so each is noted under its delivery in a table of its own. An index
 * over `task` would do the same, and made every settlement three times as dear: 15 us instead of 5 for the removal of one task.
 */
export interface ManualTasks {
  insert(lane: string, due: number, delivery: string): void
  /** The note of a task that is removed by its key. */
  forget(due: number, delivery: string): void
  removeAll(delivery: string): void
}

export function prepareManualTasks(db: Database): ManualTasks {
  const insertTask = db.prepare('insert or ignore into task (lane, due, delivery, manual) values (?, ?, ?, 1)')
  const insertNote = db.prepare('insert or ignore into manual_task (delivery, due, lane) values (?, ?, ?)')
  const removeNote = db.prepare('delete from manual_task where delivery = ? and due = cast(? as integer)')
  const notesOf = db.prepare<[string], { lane: string; due: number }>('select lane, due from manual_task where delivery = ?')
  const removeTask = db.prepare('delete from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = 1')
  return {
    insert(lane, due, delivery) {
      insertTask.run(lane, due, delivery)
      insertNote.run(delivery, due, lane)
    },
    forget: (due, delivery) => void removeNote.run(delivery, due),
    removeAll(delivery) {
      for (const { lane, due } of notesOf.all(delivery)) {
        removeTask.run(lane, due, delivery)
        removeNote.run(delivery, due)
      }
    },
  }
}
