import type { Tables } from '../queries/tables.ts'
import type { StoredReplay } from '../records/replay.ts'
import type { Statement } from '../port/mutation.ts'

export function createReplayStatements({ db }: Tables) {
  return {
    insert: (row: StoredReplay): Statement => ({ query: db.insertInto('replay').values(row).compile(), rows: 1 }),
    /** Behind its revision, so that a step that is under way and this never both think that they were first. */
    cancel: ({ id, rev }: Pick<StoredReplay, 'id' | 'rev'>, now: number): Statement => ({
      query: db
        .updateTable('replay')
        .set({ status: 'cancelled', rev: rev + 1, updated_at: now, finished_at: now })
        .where('id', '=', id)
        .where('rev', '=', rev)
        .where('status', '=', 'running')
        .compile(),
      rows: 1,
    }),
  }
}
