import type { RunListOut, RunListQuery, RunOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { listOf } from '../../lib/search.ts'
import { boundsOf } from '../../lib/time-range.ts'
import type { RunsSearch } from './search.ts'

export type RunRow = RunListOut['data'][number]
export type Run = RunOut
export type Step = Run['steps'][number]

export const runQuery = (app: string, id: string) =>
  queryOptions({
    queryKey: ['run', app, id],
    queryFn: () => api.run.get(app, id),
    refetchInterval: ({ state }) => (state.data?.finishedAt === null ? 1000 : false),
  })

/** The filters of the address as the API has them. */
export function runFilter({ flow, status, trigger, key, took, ...time }: RunsSearch): RunListQuery {
  const [only] = listOf(status)
  return {
    limit: 50,
    ...(flow !== undefined && { flow }),
    ...(only !== undefined && { status: only as NonNullable<RunListQuery['status']> }),
    ...(trigger !== undefined && { trigger: trigger as NonNullable<RunListQuery['trigger']> }),
    ...(key !== undefined && { key }),
    ...(took !== undefined && { minDurationMs: took }),
    ...boundsOf(time),
  }
}
