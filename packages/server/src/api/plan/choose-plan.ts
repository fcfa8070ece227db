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
  { store }: Pick<ApiDeps, 'store'>,
  name: string | undefined,
): Promise<{ readonly name: string; readonly statements: Change<unknown>['statements'] }> {
  if (name === undefined) return { name: planDefault.name, statements: [] }
  const row = await store.queries.plans.find(name)
  if (!row) throw await unknownPlan(store, name)
  if (row.built_in === 1) return { name, statements: [] }

  return { name, statements: [store.statements.plans.hold(name)] }
}

async function unknownPlan({ queries }: ApiDeps['store'], name: string): Promise<AppError> {
  const found = await queries.plans.names(NAMED_MAX + 1)
  const names = found.slice(0, NAMED_MAX)
  const more = found.length > NAMED_MAX ? ' and others' : ''
  const message = `There is no plan "${name}". Plans: ${names.join(', ')}${more}. Make it with PUT /api/v1/plan/${name}, or choose one of these.`
  return new AppError('validation_error', { fields: [{ pointer: '/plan', code: 'unknown_plan', message }] })
}
