import type { entryOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { removeSiloEntry } from './write-entry.ts'

const PURGED_MAX = 10

/** From its commit on nobody sees the file; its bytes go behind that, at the latest with retention. */
export async function deleteEntry(deps: ApiDeps, call: Call<typeof entryOperations.delete>): Promise<Answer> {
  if (await removeSiloEntry(deps, call)) return { status: 204 }
  const { store, clock, ids, log } = deps
  const { application, params, actor, ip } = call
  const row = await store.queries.entries.find(application.id, params['entry_id']!)
  if (row === undefined) throw new AppError('not_found')
  const before = { name: row.name, size: row.bytes, sha256: row.sha256, requestId: row.request_id }
  const about = { actor: actor.id, application: application.id, ip, action: 'entry.deleted', target: row.id }
  const { kind } = await store.mutate({
    statements: [store.statements.entries.remove(row.id, clock.now())],
    application: null,
    audit: [{ id: ids.make('aud'), at: clock.now(), ...about, before: JSON.stringify(before), after: null }],
  })
  if (kind !== 'done') throw new AppError('not_found')
  await store.purgeEntries(PURGED_MAX).catch((error: unknown) => log.warn('entry.purge.failed', { error }))
  return { status: 204 }
}
