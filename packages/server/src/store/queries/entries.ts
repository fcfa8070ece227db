import type { StoredEntry } from '../records/entry.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

export interface EntryFilter {
  readonly application: string
  readonly listener?: string | undefined
  readonly request?: string | undefined
}

export function createEntryQueries({ db }: Tables) {
  return {
    list({ application, listener, request }: EntryFilter, stretch: Stretch): Promise<StoredEntry[]> {
      let select = db.selectFrom('entry').selectAll().where('removed_at', 'is', null)
      if (request !== undefined) select = select.where('request_id', '=', request)
      else if (listener !== undefined) select = select.where('listener_id', '=', listener)
      return inStretch(select.where('application_id', '=', application), 'id', stretch).execute()
    },
    find: (application: string, id: string): Promise<StoredEntry | undefined> =>
      db
        .selectFrom('entry')
        .selectAll()
        .where('id', '=', id)
        .where('application_id', '=', application)
        .where('removed_at', 'is', null)
        .executeTakeFirst(),
    /** What all files of an application have together. */
    bytesOf: async (application: string): Promise<number> =>
      (await db.selectFrom('entry_usage').select('bytes').where('application_id', '=', application).executeTakeFirst())?.bytes ?? 0,
    /** What the files of all applications have together. */
    bytesOfAll: async (): Promise<number> =>
      Number(
        (
          await db
            .selectFrom('entry_usage')
            .select(({ fn }) => fn.sum('bytes').as('bytes'))
            .executeTakeFirst()
        )?.bytes ?? 0,
      ),
  }
}
