import type { Listener, ListenerOut, listenerOperations } from '@posthorn/contract'
import type { ListenerId } from '#domain'
import type { ApplicationSnapshot, StoredListener } from '#store'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { captureColumns } from './capture-row.ts'
import type { ListenerCall } from './find-listener.ts'
import { keepAuth } from './listener-auth.ts'
import { listenerColumns, listenerJson, purposeOf, withMoved } from './listener-row.ts'
import { answerListener } from './matched-secrets.ts'
import { refuseTaken } from './refuse-taken.ts'

export async function createListener(deps: ApiDeps, call: Call<typeof listenerOperations.create>): Promise<Answer> {
  return answerListener(deps, 201, await insertListener(deps, call, call.body))
}

export function insertListener(deps: ApiDeps, call: ListenerCall, written: Listener): Promise<ListenerOut> {
  const id = deps.ids.make('lst')
  return changeApplication(deps, call, (application) => planListener(deps, application, { id, written }))
}

/** What makes a listener, and the row that it will be. */
export function planListener(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { id, written }: { readonly id: ListenerId; readonly written: Listener },
): Change<ListenerOut> & { readonly row: StoredListener } {
  refuseTaken(application, id, written)
  const { sealed, secrets } = keepAuth(deps, application, { ...written, id, purpose: purposeOf(written) })
  const now = deps.clock.now()
  const row: StoredListener = {
    id,
    application_id: application.id,
    uid: written.uid ?? null,
    ...listenerColumns(written),
    auth: sealed,
    ...captureColumns(null),
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  const after = listenerJson(deps, withMoved(application, secrets.rows()), row)
  return {
    row,
    statements: [...secrets.statements(), deps.store.statements.listeners.insert(row)],
    action: 'listener.created',
    target: id,
    after,
    result: after,
  }
}
