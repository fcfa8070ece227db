import type { Reply } from '#domain'
import type { RequestHead, RequestReplayFilter, Store } from '#store'
import { firstIdAt } from '#domain'

/** Requests to be run again: only what was accepted, the oldest first, and only what was there when it was asked for. */
export interface RequestSet {
  readonly kind: 'requests'
  readonly filter: RequestReplayFilter
  /** The first id that is not in it any more. */
  readonly until: string
}

/** Looks through the next window of the log beyond `beyond`, for up to `most`. */
export async function findRequestsToRun(
  { logs }: Pick<Store, 'logs'>,
  { set, beyond }: { readonly set: RequestSet; readonly beyond: string },
  most: number,
): Promise<{ readonly rows: readonly RequestHead[]; readonly end: string | null }> {
  const { listenerId, eventType, method, statusCodeClass, before, after, text } = set.filter
  const asked = { status: 'accepted', eventType: eventType ?? undefined, method: method ?? undefined, text: text ?? undefined } as const
  const until = before === null ? set.until : [firstIdAt('req', before), set.until].toSorted()[0]!
  const stretch = {
    order: 'asc',
    beyond: beyond === '' ? null : beyond,
    from: after === null ? null : firstIdAt('req', after),
    until,
    limit: most,
  } as const
  const classes = statusCodeClass === null ? {} : { statusCodeClass }
  const { rows, end } = await logs.requests.search(listenerId, { ...asked, ...classes }, stretch)
  if (statusCodeClass === null) return { rows, end }
  // What a flow answered stands in its run, so the log lets those through, and here they are compared.
  const answered = await answeredBy(logs, rows)
  return { rows: rows.filter((row) => classOf(row.reply_status ?? answered.get(firstRun(row))) === statusCodeClass), end }
}

async function answeredBy(logs: Store['logs'], rows: readonly RequestHead[]): Promise<ReadonlyMap<string, number>> {
  const runs = rows.filter(({ reply_status }) => reply_status === null).map(firstRun)
  const replies = await logs.runs.replies(runs.filter((run) => run !== ''))
  return new Map(replies.map(({ id, reply }) => [id, (JSON.parse(reply) as Reply).status]))
}

function firstRun({ run_ids }: RequestHead): string {
  return (JSON.parse(run_ids) as string[])[0] ?? ''
}

function classOf(status: number | undefined): number {
  return status === undefined ? 0 : Math.floor(status / 100) * 100
}
