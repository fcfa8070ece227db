import type { ReplayIn, ReplayOut } from '@posthorn/sdk'
import { counted } from '../../lib/amounts.ts'
import { listOf } from '../../lib/search.ts'
import { boundsOf } from '../../lib/time-range.ts'
import { clockTime, duration } from '../../lib/time.ts'
import { statusOf } from '../../ui/status.tsx'
import { requestSetWords } from '../requests/request-set-words.ts'
import type { DeliveriesSearch } from './search.ts'

export type Filter = NonNullable<ReplayIn['filter']>
type Status = NonNullable<Filter['status']>[number]

const replayed: ReadonlySet<string> = new Set(['delivered', 'failed', 'cancelled', 'waiting'])

/** What the list shows, as a replay takes it: what has ended is sent again, what waits for a later try is tried now, and without a choice it is what failed. */
export function replayFilter(search: DeliveriesSearch): Filter {
  const statuses = listOf(search.status).filter((status) => replayed.has(status)) as Status[]
  return {
    status: statuses.length === 0 ? ['failed'] : statuses,
    ...(search.endpoint !== undefined && { endpointId: search.endpoint }),
    ...(search.type !== undefined && { eventTypes: [...listOf(search.type)] }),
    ...(search.class !== undefined && { statusCodeClass: Number(search.class) as 500 }),
    ...(search.failure !== undefined && { failure: search.failure }),
    ...(search.took !== undefined && { minDurationMs: search.took }),
    ...(search.message !== undefined && { messageId: search.message }),
    ...(search.run !== undefined && { runId: search.run }),
    ...(search.q !== undefined && { text: search.q }),
    ...boundsOf(search),
  }
}

/** The same as rows of words. */
export function filterWords(
  filter: { readonly [Name in keyof Filter]?: Filter[Name] | null | undefined } | ReplayOut['filter'],
  hosts: ReadonlyMap<string, string>,
): readonly (readonly [name: string, value: string])[] {
  const { deliveryIds, messageIds, status, endpointId, eventTypes, statusCodeClass } = filter
  const { failure, minDurationMs, messageId, runId, text, after, before } = filter
  const time = (at: string): string => clockTime(Date.parse(at))
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['Selected', deliveryIds && counted(deliveryIds.length, 'delivery', 'deliveries')],
    ['Messages', messageIds && counted(messageIds.length, 'message')],
    ['Status', status?.map((one) => statusOf(one).word).join(' or ')],
    ['Endpoint', endpointId && (hosts.get(endpointId) ?? endpointId)],
    ['Event', eventTypes?.join(', ')],
    [
      'Code',
      statusCodeClass === null || statusCodeClass === undefined ? null : statusCodeClass === 0 ? 'none' : `${statusCodeClass / 100}xx`,
    ],
    ['Failure', failure?.replaceAll('_', ' ')],
    ['Took', minDurationMs == null ? null : `${duration(minDurationMs)} or longer`],
    ['Message', messageId],
    ['Run', runId],
    ['Text', text],
    ['From', after && time(after)],
    ['To', before && time(before)],
  ]
  return rows.flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [[name, value] as const]))
}

interface Names {
  readonly hosts: ReadonlyMap<string, string>
  readonly listeners: ReadonlyMap<string, string>
}

/** What a replay sends or runs again, as rows of words. */
export function replaySetWords({ kind, filter, requests }: ReplayOut, { hosts, listeners }: Names) {
  if (requests !== null) return requestSetWords(requests, listeners)
  const rows = filterWords(filter, hosts)
  return kind === 'missing' ? [['Sends', 'what was missed'] as const, ...rows] : rows
}

/** In the words of the one table of statuses. */
export function replayStatus(status: ReplayOut['status']): { readonly status: string; readonly word?: string } {
  return status === 'done' ? { status: 'ok', word: 'Done' } : { status }
}
