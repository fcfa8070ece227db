import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findListener } from '../listener/find-listener.ts'

/** The listener that is named, or all. Deleted ones too, by their ids: their requests are still there. */
export async function listenersMeant(
  { store }: Pick<ApiDeps, 'store'>,
  application: ApplicationSnapshot,
  named?: string,
): Promise<string[]> {
  const present = named === undefined ? undefined : findListener(application, named)
  if (present) return [present.id]
  const all = await store.queries.listeners.idsOf(application.id)
  if (named === undefined) return all
  if (all.includes(named)) return [named]
  const message = `There is no listener "${named}".`
  throw new AppError('validation_error', { fields: [{ pointer: '?listener', code: 'unknown_listener', message }] })
}
