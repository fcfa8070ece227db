import { answerOf, asksAnswer, fitsAnswer, repliesTo } from '#flows'
import type { RequestFilter, RequestHead, Stretch } from '#store'
import type { ApiDeps } from '../deps.ts'
import { inWindows, WINDOWS_MAX, type Looked } from '../look-through.ts'

/** Bodies are read to their end, so one call looks through the bodies of 2,000 requests. */
const TEXT_WINDOWS_MAX = 5
/** What one window may bring where answers are looked up beside. */
const ANSWERS_A_WINDOW = 250

interface Search {
  readonly filter: RequestFilter
  readonly stretch: Stretch
  /** So many listeners share the budget. */
  readonly among: number
}

/** Up to as many requests of a listener as the stretch holds. */
export function searchRequests(deps: ApiDeps, listener: string, { filter, stretch, among }: Search): Promise<Looked<RequestHead>> {
  const windowsMax = Math.max(1, Math.floor((filter.text === undefined ? WINDOWS_MAX : TEXT_WINDOWS_MAX) / among))
  const { requests } = deps.store.logs
  return inWindows({ wanted: stretch.limit, beyond: stretch.beyond, windowsMax }, async (beyond, most) => {
    if (!asksAnswer(filter)) return requests.search(listener, filter, { ...stretch, beyond, limit: most })
    // What a flow answered stands in its run, so the log lets those through, and here they are compared.
    const { rows, end } = await requests.search(listener, filter, { ...stretch, beyond, limit: ANSWERS_A_WINDOW })
    const replies = await repliesTo(deps.store.logs, rows)
    const fitting = rows.filter((row) => fitsAnswer(answerOf(row, replies), filter))
    return fitting.length <= most ? { rows: fitting, end } : { rows: fitting.slice(0, most), end: fitting[most - 1]!.id }
  })
}
