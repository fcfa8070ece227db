import type { runOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { stretchOf } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { findRuns } from './find-runs.ts'
import { runJson } from './run-row.ts'

export async function listRuns(deps: ApiDeps, { application, query }: Call<typeof runOperations.list>): Promise<Answer> {
  const page = readPage(query, 'run', 'descending')
  const statuses = query.status === undefined ? undefined : [query.status]
  const found = await findRuns(deps, application, { query: { ...query, statuses }, page, stretch: stretchOf(page, 'run', query) })
  const item = (row: (typeof found.rows)[number]) => runJson(application, row)
  return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
}
