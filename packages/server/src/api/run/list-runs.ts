import type { runOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'
import { lookThrough, mergeLooked, stretchOf, WINDOWS_MAX } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { runJson } from './run-row.ts'

export async function listRuns(deps: ApiDeps, { application, query }: Call<typeof runOperations.list>): Promise<Answer> {
  const { runs } = deps.store.logs
  const page = readPage(query, 'run', 'descending')
  const flows = query.flow === undefined ? await flowIdsOf(deps, application) : [await flowIdOf(deps, application, query.flow)]
  const { status, trigger, key } = query
  const filtered = [status, trigger, key].some((one) => one !== undefined)
  const windowsMax = Math.max(1, Math.floor(WINDOWS_MAX / flows.length))
  const stretch = stretchOf(page, 'run', query)
  const ofFlow = (flow: string) =>
    lookThrough(stretch, {
      filtered,
      windowEnd: (part) => runs.windowEnd(flow, part),
      rows: (part) => runs.list({ flow, status, trigger, key }, part),
      windowsMax,
    })
  // Runs are indexed by flow; merging the first page of each flow reads less than an index of its own would cost to write.
  const found = mergeLooked(page, await Promise.all(flows.map(ofFlow)))
  const item = (row: (typeof found.rows)[number]) => runJson(application, row)
  return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
}

/** Deleted flows too: their runs are still there. */
function flowIdsOf({ store }: ApiDeps, application: ApplicationSnapshot): Promise<string[]> {
  return store.queries.flows.idsOf(application.id)
}

async function flowIdOf({ store }: ApiDeps, application: ApplicationSnapshot, idOrUid: string): Promise<string> {
  const present = findFlow(application, idOrUid)
  if (present) return present.id
  if (await store.queries.flows.isOf(application.id, idOrUid)) return idOrUid
  const message = `There is no flow "${idOrUid}".`
  throw new AppError('validation_error', { fields: [{ pointer: '?flow', code: 'unknown_flow', message }] })
}
