import type { StoredApplication } from '../records/application.ts'
import type { Stretch } from '../stretch.ts'
import type { ApplicationSnapshot } from '../application-snapshot.ts'
import { inStretch } from './in-stretch.ts'
import { ofNames } from './of-names.ts'
import { loadSnapshot } from './load-snapshot.ts'
import type { Tables } from './tables.ts'

export interface ListedApplications {
  /** The one that is left out. */
  readonly except: string | null
  /** Only these, by id or uid. */
  readonly names?: readonly string[] | undefined
  /** Which others are left out, by what endpoints they have. */
  readonly without?: readonly LeftOut[] | undefined
}

/** Those that have no endpoint; those of which every endpoint is disabled, or stands at Svix's page for trying. */
export type LeftOut = 'none' | 'disabled' | 'play'

const PLAY = 'https://play.svix.com/%'

/** Applications. Those that are deleted are found by `head` and `versions` only. */
export function createApplicationQueries({ db }: Tables) {
  const present = () => db.selectFrom('application').where('deleted_at', 'is', null)
  return {
    list({ except, names, without = [] }: ListedApplications, stretch: Stretch): Promise<StoredApplication[]> {
      let all = ofNames(present().selectAll(), names)
      for (const one of without) {
        all = all.where((application) => {
          const endpoints = application
            .selectFrom('endpoint')
            .select('endpoint.id')
            .whereRef('endpoint.application_id', '=', 'application.id')
            .where('endpoint.deleted_at', 'is', null)
          if (one === 'none') return application.exists(endpoints)
          const others = one === 'disabled' ? endpoints.where('state', '<>', 'disabled') : endpoints.where('url', 'not like', PLAY)
          return application.or([application.not(application.exists(endpoints)), application.exists(others)])
        })
      }
      return inStretch(except === null ? all : all.where('id', '<>', except), 'id', stretch).execute()
    },
    /** The present configuration, by id or uid. */
    snapshot: (idOrUid: string): Promise<ApplicationSnapshot | undefined> => loadSnapshot(db, idOrUid),
    head: (id: string): Promise<{ readonly uid: string | null; readonly version: number } | undefined> =>
      db.selectFrom('application').select(['uid', 'version']).where('id', '=', id).executeTakeFirst(),
    /** The application that has this uid. */
    idOf: async (uid: string): Promise<string | undefined> => (await present().select('id').where('uid', '=', uid).executeTakeFirst())?.id,
    /** Whether there is any other, or ever was. */
    anyBeside: async (id: string): Promise<boolean> =>
      (await db.selectFrom('application').select('id').where('id', '<>', id).limit(1).executeTakeFirst()) !== undefined,
    versions: (ids: readonly string[]): Promise<{ readonly id: string; readonly version: number; readonly deleted_at: number | null }[]> =>
      db.selectFrom('application').select(['id', 'version', 'deleted_at']).where('id', 'in', ids).execute(),
    /** Up to `most` that have the plan. */
    onPlan: (plan: string, most: number): Promise<Pick<StoredApplication, 'id' | 'uid'>[]> =>
      present().select(['id', 'uid']).where('plan', '=', plan).orderBy('id').limit(most).execute(),
  }
}
