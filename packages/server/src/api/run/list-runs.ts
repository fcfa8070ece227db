import type { runOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { lookThrough, mergeLooked, stretchOf, WINDOWS_MAX } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { flowsMeant } from './flows-meant.ts'
import { runJson } from './run-row.ts'

export async function listRuns(deps: ApiDeps, { application, query }: Call<typeof runOperations.list>): Promise<Answer> {
  const { runs } = deps.store.logs
  const page = readPage(query, 'run', 'descending')
  const flows = await flowsMeant(deps, application, query.flow)
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
