import { AppError, type RunId } from '#domain'
import type { ApplicationSnapshot, Mutation, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

interface Entry {
  readonly action: string
  readonly target: string
  readonly after?: object
  readonly statements?: Mutation['statements']
}

/** Writes into the audit log what people do to runs by hand; a job is seen in the run itself, as a message is. */
export function auditRuns({ store, ids, clock }: Pick<ApiDeps, 'store' | 'ids' | 'clock'>) {
  return async (call: Pick<Call, 'actor' | 'ip'> & { readonly application: ApplicationSnapshot }, entry: Entry): Promise<void> => {
    const { action, target, after, statements = [] } = entry
    const who = { actor: call.actor.id, application: call.application.id, ip: call.ip }
    const what = { action, target, before: null, after: after === undefined ? null : JSON.stringify(after) }
    await store.mutate({ statements, application: null, audit: [{ id: ids.make('aud'), at: clock.now(), ...who, ...what }] })
  }
}

type KeptRequest = Pick<StoredRequest, 'id' | 'listener_id'>

/** The request that a run works on, which must still be there, and whole. */
export async function requestOf({ store }: Pick<ApiDeps, 'store'>, application: ApplicationSnapshot, id: string): Promise<KeptRequest> {
  const row = await store.logs.requests.find(application.id, id)
  if (!row || (row.form === null && (row.body?.length ?? 0) < row.body_bytes)) {
    throw new AppError('missing_payload', { detail: 'The request is no longer kept, or only its beginning is, so it cannot be run again.' })
  }
  return row
}

/** The request shows every run that worked on it. */
export function linkToRequest({ store }: Pick<ApiDeps, 'store'>, request: KeptRequest, runs: readonly RunId[]) {
  return store.statements.logs.linkRuns(request.id, runs)
}
