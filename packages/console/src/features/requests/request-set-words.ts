import { counted } from '../../lib/amounts.ts'
import { clockTime, duration } from '../../lib/time.ts'

interface RequestSet {
  readonly requestIds?: readonly string[] | null | undefined
  readonly listenerId?: string | null | undefined
  readonly eventType?: string | null | undefined
  readonly method?: string | null | undefined
  readonly statusCodeClass?: number | null | undefined
  readonly minDurationMs?: number | null | undefined
  readonly text?: string | null | undefined
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
  readonly flowId?: string | null | undefined
  readonly version?: number | null | undefined
}

/** Which requests run again, as rows of words. */
export function requestSetWords(
  set: RequestSet,
  listeners: ReadonlyMap<string, string>,
): readonly (readonly [name: string, value: string])[] {
  const { requestIds, listenerId, eventType, method, statusCodeClass, minDurationMs, text, after, before, flowId, version } = set
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['Selected', requestIds && counted(requestIds.length, 'request')],
    ['Status', 'Accepted'],
    ['Listener', listenerId === null ? (requestIds ? null : 'all') : listenerId && (listeners.get(listenerId) ?? listenerId)],
    ['Event', eventType],
    ['Method', method],
    [
      'Answer',
      statusCodeClass === null || statusCodeClass === undefined ? null : statusCodeClass === 0 ? 'none yet' : `${statusCodeClass / 100}xx`,
    ],
    ['Took', minDurationMs == null ? null : `${duration(minDurationMs)} or longer`],
    ['Text', text],
    ['From', after && clockTime(Date.parse(after))],
    ['To', before && clockTime(Date.parse(before))],
    ['Flow', flowId && `${flowId}${version === null || version === undefined ? '' : `, v${version}`}`],
  ]
  return rows.flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [[name, value] as const]))
}
