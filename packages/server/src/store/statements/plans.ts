import type { Tables } from '../queries/tables.ts'
import type { StoredPlan } from '../records/plan.ts'
import type { Statement } from '../port/mutation.ts'

export function createPlanStatements({ db }: Tables) {
  return {
    insert: (row: StoredPlan): Statement => ({ query: db.insertInto('plan').values(row).compile() }),
    /** Refused if it changed since `before` was read: no two changes have the same time. */
    update: (before: StoredPlan, fields: Partial<StoredPlan>): Statement => ({
      query: db.updateTable('plan').set(fields).where('name', '=', before.name).where('updated_at', '=', before.updated_at).compile(),
      rows: 1,
    }),
    /** Changes nothing, and keeps anybody from deleting the plan meanwhile. */
    hold: (name: string): Statement => ({
      query: db
        .updateTable('plan')
        .set((is) => ({ updated_at: is.ref('updated_at') }))
        .where('name', '=', name)
        .compile(),
      rows: 1,
    }),
    /** Refused if an application has it. */
    remove(name: string): Statement {
      const used = db.selectFrom('application').select('id').where('plan', '=', name).where('deleted_at', 'is', null)
      const unused = db
        .deleteFrom('plan')
        .where('name', '=', name)
        .where((is) => is.not(is.exists(used)))
      return { query: unused.compile(), rows: 1 }
    },
  }
}
