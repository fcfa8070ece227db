import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'

/** The flow that is named, or all. Deleted ones too, by their ids: their runs are still there. */
export async function flowsMeant({ store }: Pick<ApiDeps, 'store'>, application: ApplicationSnapshot, named?: string): Promise<string[]> {
  if (named === undefined) return store.queries.flows.idsOf(application.id)
  const present = findFlow(application, named)
  if (present) return [present.id]
  if (await store.queries.flows.isOf(application.id, named)) return [named]
  const message = `There is no flow "${named}".`
  throw new AppError('validation_error', { fields: [{ pointer: '?flow', code: 'unknown_flow', message }] })
}
