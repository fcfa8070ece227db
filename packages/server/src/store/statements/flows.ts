import type { Tables } from '../queries/tables.ts'
import type { StoredFlowDraft, StoredFlow, StoredFlowVersion } from '../records/flow.ts'
import type { StoredSchedule } from '../records/schedule.ts'
import type { Statement } from '../port/mutation.ts'

export function createFlowStatements({ db }: Tables) {
  return {
    insert: (row: StoredFlow): Statement => ({ query: db.insertInto('flow').values(row).compile() }),
    update: (id: string, fields: Partial<StoredFlow>): Statement => ({
      query: db.updateTable('flow').set(fields).where('id', '=', id).compile(),
      rows: 1,
    }),
    /** What was found in the draft, in the place of what was found before. */
    keepDraft: ({ flow_id, ...found }: StoredFlowDraft): Statement => ({
      query: db
        .insertInto('flow_draft')
        .values({ flow_id, ...found })
        .onConflict((conflict) => conflict.column('flow_id').doUpdateSet(found))
        .compile(),
    }),
    /** What is kept already of the same schedule stays, with the moment that is due. */
    keepSchedule: (row: StoredSchedule): Statement => ({
      query: db
        .insertInto('schedule')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('flow_id').doUpdateSet({ spec: row.spec, due_at: row.due_at }).where('schedule.spec', '<>', row.spec),
        )
        .compile(),
    }),
    dropSchedule: (flow: string): Statement => ({ query: db.deleteFrom('schedule').where('flow_id', '=', flow).compile() }),
    dropSchedules: (application: string): Statement => ({
      query: db.deleteFrom('schedule').where('application_id', '=', application).compile(),
    }),
    /** So many runs at a time; null: as many as come. */
    keepGate: (flow: string, runsMax: number | null): Statement => ({
      query:
        runsMax === null
          ? db.deleteFrom('flow_gate').where('flow_id', '=', flow).compile()
          : db
              .insertInto('flow_gate')
              .values({ flow_id: flow, runs_max: runsMax })
              .onConflict((conflict) => conflict.column('flow_id').doUpdateSet({ runs_max: runsMax }))
              .compile(),
    }),
    insertVersion: (row: StoredFlowVersion): Statement => ({ query: db.insertInto('flow_version').values(row).compile() }),
  }
}
