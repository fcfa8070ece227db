import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { inBatch } from './in-batch.ts'

const HOUR_MS = 3_600_000
/** While one scrolls, rows come one after the other. */
const WITHIN_MS = 100

/** What one listener, flow or endpoint of a list did lately, by the hour. */
export interface Lately {
  readonly all: number
  /** Of them those that were refused, ended in KO, or failed. */
  readonly bad: number
  readonly newest: string
  readonly bars: readonly { readonly good: number; readonly bad: number }[]
}

export interface EndpointLately extends Lately {
  readonly delivered: number
  readonly failed: number
}

/** How the rows of a list are asked what they did: those that are seen, so many thousands as the list may have. */
export interface LatelyOf<What> {
  readonly noun: 'listener' | 'flow' | 'endpoint'
  ask(app: string, ids: string[]): Promise<ReadonlyMap<string, What>>
}

/** What a row did lately; null: nothing; undefined: it is not known yet. */
export function useLately<What>({ noun, ask }: LatelyOf<What>, app: string, id: string): What | null | undefined {
  return useQuery({
    queryKey: ['lately', noun, app, id],
    queryFn: async () => (await inBatch(id, { key: `lately ${noun} ${app}`, ask: (ids) => ask(app, ids), withinMs: WITHIN_MS })) ?? null,
    refetchInterval: 15_000,
    staleTime: 5000,
  }).data
}

/** Requests of the last 24 hours. */
export const listenersLately: LatelyOf<Lately> = {
  noun: 'listener',
  async ask(app, groups) {
    const counted = await api.application.getRequestStats(app, { ...hours(24), group_by: 'listener', groups })
    return byKey(counted.groups, (group) => latelyIn(group, group.refusals))
  },
}

/** Runs of the last 24 hours. */
export const flowsLately: LatelyOf<Lately> = {
  noun: 'flow',
  async ask(app, groups) {
    const counted = await api.application.getRunStats(app, { ...hours(24), group_by: 'flow', groups })
    return byKey(counted.groups, (group) => latelyIn(group, group.failures))
  },
}

/** Deliveries of the last seven days, with what became of those that ended. */
export const endpointsLately: LatelyOf<EndpointLately> = {
  noun: 'endpoint',
  async ask(app, groups) {
    const counted = await api.application.getStats(app, { ...hours(168), group_by: 'endpoint', groups })
    return byKey(counted.groups, (group) => {
      const { delivered, failed, failures } = group
      return { ...latelyIn(group, failures), delivered, failed }
    })
  },
}

/** Whole hours, the last of which is under way. */
function hours(count: number) {
  const until = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS
  return { bucket: 'hour', since: new Date(until - count * HOUR_MS).toISOString(), until: new Date(until).toISOString() } as const
}

interface Group {
  readonly key: string | null
  readonly newest: string
  readonly counts: readonly number[]
}

function byKey<Of extends Group, What>(groups: readonly Of[] | null, what: (group: Of) => What): ReadonlyMap<string, What> {
  return new Map((groups ?? []).flatMap((group) => (group.key === null ? [] : [[group.key, what(group)] as const])))
}

function latelyIn({ counts, newest }: Group, trouble: readonly number[]): Lately {
  const bars = counts.map((count, at) => ({ good: count - (trouble[at] ?? 0), bad: trouble[at] ?? 0 }))
  return { all: sum(counts), bad: sum(trouble), newest, bars }
}

const sum = (values: readonly number[]): number => values.reduce((whole, value) => whole + value, 0)
