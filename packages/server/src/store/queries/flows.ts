import type { StoredFlowDraft, StoredFlow, StoredFlowVersion } from '../records/flow.ts'
import type { StoredSchedule } from '../records/schedule.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import { ofNames } from './of-names.ts'
import type { Tables } from './tables.ts'

/** When it starts by itself next. */
type Scheduled = Pick<StoredSchedule, 'due_at'>

/** What was found in a draft; null if it was saved before that was kept. */
type Found = { readonly [Name in 'changed' | 'trigger_text' | 'findings' | 'saved_by' | 'saved_at']: StoredFlowDraft[Name] | null }

export type FlowWithDraft = StoredFlow & Found & Scheduled

/** Without the draft. */
export type ListedFlow = Omit<StoredFlow, 'draft'> & Pick<Found, 'changed' | 'trigger_text'> & Scheduled

const headColumns = [
  ...(['flow.id', 'flow.application_id', 'uid', 'name', 'enabled', 'published_version', 'created_at', 'updated_at', 'deleted_at'] as const),
  ...(['changed', 'trigger_text', 'due_at'] as const),
] as const

/** Flows with their drafts, and their versions. What is published is in the application's snapshot. */
export function createFlowQueries({ db }: Tables) {
  const withFound = () =>
    db.selectFrom('flow').leftJoin('flow_draft', 'flow_draft.flow_id', 'flow.id').leftJoin('schedule', 'schedule.flow_id', 'flow.id')
  const versionsOf = (flow: string) => db.selectFrom('flow_version').where('flow_id', '=', flow)
  return {
    list(application: string, stretch: Stretch, names?: readonly string[]): Promise<ListedFlow[]> {
      const all = withFound().select(headColumns).where('flow.application_id', '=', application).where('deleted_at', 'is', null)
      return inStretch(ofNames(all, names), 'id', stretch).execute()
    },
    find: (id: string): Promise<FlowWithDraft | undefined> =>
      withFound()
        .selectAll('flow')
        .select(['changed', 'trigger_text', 'findings', 'saved_by', 'saved_at', 'due_at'])
        .where('id', '=', id)
        .executeTakeFirst(),
    /** Deleted ones too: their runs are still there. */
    idsOf: async (application: string): Promise<string[]> =>
      (await db.selectFrom('flow').select('id').where('application_id', '=', application).execute()).map(({ id }) => id),
    /** Whether it is, or was, a flow of the application. */
    async isOf(application: string, id: string): Promise<boolean> {
      const row = db.selectFrom('flow').select('id').where('id', '=', id).where('application_id', '=', application)
      return (await row.executeTakeFirst()) !== undefined
    },
    versions(flow: string, { order, beyond, limit }: Stretch): Promise<Omit<StoredFlowVersion, 'definition'>[]> {
      const all = versionsOf(flow)
        .select(['flow_id', 'version', 'created_at', 'created_by', 'note', 'hash'])
        .orderBy('version', order)
        .limit(limit)
      return (beyond === null ? all : all.where('version', order === 'asc' ? '>' : '<', Number(beyond))).execute()
    },
    version: (flow: string, version: number): Promise<StoredFlowVersion | undefined> =>
      versionsOf(flow).selectAll().where('version', '=', version).executeTakeFirst(),
    /** JSON. */
    definition: async (flow: string, version: number): Promise<string | undefined> =>
      (await versionsOf(flow).select('definition').where('version', '=', version).executeTakeFirst())?.definition,
    hasVersion: async (flow: string, version: number): Promise<boolean> =>
      (await versionsOf(flow).select('version').where('version', '=', version).executeTakeFirst()) !== undefined,
    /** 0: there is none yet. */
    async newestVersion(flow: string): Promise<number> {
      const { newest } = await versionsOf(flow)
        .select((is) => is.fn.max('version').as('newest'))
        .executeTakeFirstOrThrow()
      return Number(newest ?? 0)
    },
  }
}
