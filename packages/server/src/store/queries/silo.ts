import type { StoredSiloEntry, StoredSiloUsage, StoredSiloVersion } from '../records/silo.ts'
import type { Stretch } from '../stretch.ts'
import { endOfWindow, inStretch } from './in-stretch.ts'
import { holdsName } from './logs/holds-name.ts'
import type { Tables } from './tables.ts'

export interface SiloFilter {
  readonly application: string
  readonly key?: string | undefined
  readonly tag?: string | undefined
  /** A value of its document, at this path. */
  readonly holds?: { readonly path: string; readonly value: string } | undefined
}

/** A version without what it holds. */
export type SiloVersionHead = Omit<StoredSiloVersion, 'content' | 'mark'>

const versionHead = ['entry_id', 'version', 'content_type', 'bytes', 'sha256', 'saved_at', 'saved_by'] as const

/** Entries of the silo, with their versions. */
export function createSiloQueries({ db }: Tables) {
  const ofApplication = (application: string) => db.selectFrom('silo_entry').selectAll().where('application_id', '=', application)
  const versions = db.selectFrom('silo_version')
  return {
    find: (application: string, id: string): Promise<StoredSiloEntry | undefined> =>
      ofApplication(application).where('id', '=', id).executeTakeFirst(),
    findByKey: (application: string, key: string): Promise<StoredSiloEntry | undefined> =>
      ofApplication(application).where('key', '=', key).executeTakeFirst(),
    list({ application, key, tag, holds }: SiloFilter, stretch: Stretch): Promise<StoredSiloEntry[]> {
      let select = ofApplication(application)
      if (key !== undefined) select = select.where('key', '=', key)
      if (tag !== undefined) select = select.where(holdsName('silo_entry.tags', tag))
      if (holds !== undefined) {
        const { path, value } = holds
        const found = db.selectFrom('silo_value').select('entry_id').where('application_id', '=', application)
        select = select.where('id', 'in', found.where('path', '=', path).where('value', '=', value))
      }
      return inStretch(select, 'id', stretch).execute()
    },
    windowEnd: (application: string, stretch: Stretch) =>
      endOfWindow(db.selectFrom('silo_entry').select('id').where('application_id', '=', application), 'id', stretch),
    versions: (entry: string): Promise<SiloVersionHead[]> =>
      versions.select(versionHead).where('entry_id', '=', entry).orderBy('version', 'desc').execute(),
    version: (entry: string, version: number): Promise<StoredSiloVersion | undefined> =>
      versions.selectAll().where('entry_id', '=', entry).where('version', '=', version).executeTakeFirst(),
    usage: (application: string): Promise<StoredSiloUsage | undefined> =>
      db.selectFrom('silo_usage').selectAll().where('application_id', '=', application).executeTakeFirst(),
    /** The version that a step of a run saved, if it did. */
    marked: (mark: string): Promise<SiloVersionHead | undefined> =>
      versions.select(versionHead).where('mark', '=', mark).executeTakeFirst(),
  }
}
