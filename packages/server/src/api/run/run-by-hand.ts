import { AppError, type RunId } from '#domain'
import type { ApplicationSnapshot, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'

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
