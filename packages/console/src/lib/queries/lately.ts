import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

const HOUR_MS = 3_600_000

/** What one listener, flow or endpoint of a list did lately, by the hour. */
export interface Lately {
  readonly all: number
  /** Of them those that were refused, ended in KO, or failed. */
  readonly bad: number
  readonly newest: string
  readonly bars: readonly { readonly good: number; readonly bad: number }[]
}

interface Group {
  readonly key: string | null
  readonly newest: string
  readonly counts: readonly number[]
}

/** One call tells of all of them: the hundred that did most. */
function latelyOf<Of extends Group>(groups: readonly Of[] | null, bad: (group: Of) => readonly number[]): ReadonlyMap<string, Lately> {
  return new Map(
    (groups ?? []).flatMap((group) => {
      if (group.key === null) return []
      const trouble = bad(group)
      const bars = group.counts.map((count, at) => ({ good: count - (trouble[at] ?? 0), bad: trouble[at] ?? 0 }))
      return [[group.key, { all: sum(group.counts), bad: sum(trouble), newest: group.newest, bars }] as const]
    }),
  )
}

const sum = (values: readonly number[]): number => values.reduce((whole, value) => whole + value, 0)

/** Whole hours, the last of which is under way. */
function hours(count: number) {
  const until = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS
  return { bucket: 'hour', since: new Date(until - count * HOUR_MS).toISOString(), until: new Date(until).toISOString() } as const
}

const often = { refetchInterval: 15_000, staleTime: 5000 }

/** Requests of the last 24 hours by listener. */
export const listenersLately = (app: string) =>
  queryOptions({
    queryKey: ['listeners lately', app],
    queryFn: async () =>
      latelyOf((await api.application.getRequestStats(app, { ...hours(24), group_by: 'listener' })).groups, ({ refusals }) => refusals),
    ...often,
  })

/** Runs of the last 24 hours by flow. */
export const flowsLately = (app: string) =>
  queryOptions({
    queryKey: ['flows lately', app],
    queryFn: async () =>
      latelyOf((await api.application.getRunStats(app, { ...hours(24), group_by: 'flow' })).groups, ({ failures }) => failures),
    ...often,
  })

/** Deliveries of the last seven days by endpoint, with what became of those that ended. */
export const endpointsLately = (app: string) =>
  queryOptions({
    queryKey: ['endpoints lately', app],
    queryFn: async () => {
      const { groups } = await api.application.getStats(app, { ...hours(168), group_by: 'endpoint' })
      const ended = new Map((groups ?? []).map(({ key, delivered, failed }) => [key, { delivered, failed }]))
      return new Map(
        [...latelyOf(groups, ({ failures }) => failures)].map(([id, lately]): [string, EndpointLately] => [
          id,
          { ...lately, delivered: 0, failed: 0, ...ended.get(id) },
        ]),
      )
    },
    ...often,
  })

export interface EndpointLately extends Lately {
  readonly delivered: number
  readonly failed: number
}
