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

/** One call tells of the hundred that did most: of others nobody knows then whether they did nothing, or only less. */
const GROUPS_MAX = 100

/** What things did lately, by their id. */
export interface LatelyOf<What> {
  /** Undefined: nothing; null: not known. */
  get(id: string): What | undefined | null
}

function latelyOf<Of extends Group, What>(groups: readonly Of[] | null, what: (group: Of) => What): LatelyOf<What> {
  const known = new Map((groups ?? []).flatMap((group) => (group.key === null ? [] : [[group.key, what(group)] as const])))
  const others = (groups ?? []).length < GROUPS_MAX ? undefined : null
  return { get: (id) => known.get(id) ?? others }
}

function latelyIn({ counts, newest }: Group, trouble: readonly number[]): Lately {
  const bars = counts.map((count, at) => ({ good: count - (trouble[at] ?? 0), bad: trouble[at] ?? 0 }))
  return { all: sum(counts), bad: sum(trouble), newest, bars }
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
    queryFn: async () => {
      const { groups } = await api.application.getRequestStats(app, { ...hours(24), group_by: 'listener' })
      return latelyOf(groups, (group) => latelyIn(group, group.refusals))
    },
    ...often,
  })

/** Runs of the last 24 hours by flow. */
export const flowsLately = (app: string) =>
  queryOptions({
    queryKey: ['flows lately', app],
    queryFn: async () => {
      const { groups } = await api.application.getRunStats(app, { ...hours(24), group_by: 'flow' })
      return latelyOf(groups, (group) => latelyIn(group, group.failures))
    },
    ...often,
  })

/** Deliveries of the last seven days by endpoint, with what became of those that ended. */
export const endpointsLately = (app: string) =>
  queryOptions({
    queryKey: ['endpoints lately', app],
    queryFn: async () => {
      const { groups } = await api.application.getStats(app, { ...hours(168), group_by: 'endpoint' })
      return latelyOf(groups, (group): EndpointLately => {
        const { delivered, failed, failures } = group
        return { ...latelyIn(group, failures), delivered, failed }
      })
    },
    ...often,
  })

export interface EndpointLately extends Lately {
  readonly delivered: number
  readonly failed: number
}
