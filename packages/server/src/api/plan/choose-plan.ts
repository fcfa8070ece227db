import { AppError, planDefault } from '#domain'
import type { Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'

/** So many plans are named to somebody who asked for one that is not there. */
const NAMED_MAX = 20

/**
 * The plan that an application is to have from now on; the default if none is named. It exists, and the statements see to it that it
 * does when the application gets it.
 */
export async function choosePlan(
  { store: { db } }: Pick<ApiDeps, 'store'>,
  name: string | undefined,
): Promise<{ readonly name: string; readonly statements: Change<unknown>['statements'] }> {
  if (name === undefined) return { name: planDefault.name, statements: [] }
  const row = await db.selectFrom('plan').select(['name', 'built_in']).where('name', '=', name).executeTakeFirst()
  if (!row) throw await unknownPlan(db, name)
  if (row.built_in === 1) return { name, statements: [] }
  // It changes nothing, and keeps anybody from deleting the plan meanwhile.
  const hold = db
    .updateTable('plan')
    .set((is) => ({ updated_at: is.ref('updated_at') }))
    .where('name', '=', name)
  return { name, statements: [{ query: hold.compile(), rows: 1 }] }
}

async function unknownPlan(db: ApiDeps['store']['db'], name: string): Promise<AppError> {
  const rows = await db
    .selectFrom('plan')
    .select('name')
    .orderBy('name')
    .limit(NAMED_MAX + 1)
    .execute()
  const names = rows.slice(0, NAMED_MAX).map((row) => row.name)
  const more = rows.length > NAMED_MAX ? ' and others' : ''
  const message = `There is no plan "${name}". Plans: ${names.join(', ')}${more}. Make it with PUT /api/v1/plan/${name}, or choose one of these.`
  return new AppError('validation_error', { fields: [{ pointer: '/plan', code: 'unknown_plan', message }] })
}
