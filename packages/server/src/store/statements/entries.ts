import type { Tables } from '../queries/tables.ts'
import type { Statement } from '../port/mutation.ts'

export function createEntryStatements({ db }: Tables) {
  return {
    /** Nobody sees it from then on. */
    remove: (id: string, now: number): Statement => ({
      query: db.updateTable('entry').set({ removed_at: now }).where('id', '=', id).where('removed_at', 'is', null).compile(),
      rows: 1,
    }),
  }
}
