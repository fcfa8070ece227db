import type { KeptReply } from '#domain'
import type { RequestHead, Store } from '#store'

/** What the caller of a request was answered, and how long that took from its arrival on. */
interface RequestAnswer {
  /** Null: nothing yet. */
  readonly status: number | null
  /** Null: not answered yet, answered as another was, or by a release that did not keep it (decisions/how-long-a-request-took). */
  readonly tookMs: number | null
}

type Replies = ReadonlyMap<string, Pick<KeptReply, 'status' | 'at'>>

/** What the flows of these requests answered, by run. Only rows that were accepted without knowing it are looked up. */
export async function repliesTo(logs: Pick<Store['logs'], 'runs'>, rows: readonly RequestHead[]): Promise<Replies> {
  const runs = rows.filter(({ reply_status }) => reply_status === null).map(firstRun)
  const replies = await logs.runs.replies(runs.filter((run) => run !== ''))
  return new Map(
    replies.map(({ id, reply }) => {
      const { status, at } = JSON.parse(reply) as KeptReply
      return [id, { status, ...(at !== undefined && { at }) }]
    }),
  )
}

/** The answer stands in the row, or else in its first run. */
export function answerOf(row: RequestHead, replies: Replies): RequestAnswer {
  if (row.reply_status !== null) return { status: row.reply_status, tookMs: row.took_ms }
  const reply = replies.get(firstRun(row))
  if (reply === undefined) return { status: null, tookMs: null }
  return { status: reply.status, tookMs: reply.at === undefined ? null : Math.max(0, Date.parse(reply.at) - row.received_at) }
}

interface AskedAnswer {
  /** 200 for 200 to 299, and so on; 0: nothing yet. */
  readonly statusCodeClass?: number | null | undefined
  readonly minDurationMs?: number | null | undefined
}

/** Whether the log has to let through what only the runs can tell. */
export function asksAnswer({ statusCodeClass = null, minDurationMs = null }: AskedAnswer): boolean {
  return statusCodeClass !== null || minDurationMs !== null
}

/** Of rows that the log lets through because what a flow answered stands in its run. */
export function fitsAnswer({ status, tookMs }: RequestAnswer, { statusCodeClass = null, minDurationMs = null }: AskedAnswer): boolean {
  const from = status === null ? 0 : Math.floor(status / 100) * 100
  return (statusCodeClass === null || from === statusCodeClass) && (minDurationMs === null || (tookMs !== null && tookMs >= minDurationMs))
}

function firstRun({ run_ids }: RequestHead): string {
  return (JSON.parse(run_ids) as string[])[0] ?? ''
}
