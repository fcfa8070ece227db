import { limits } from '#domain'
import type { ApplicationSnapshot, Store, StoredRequest } from '#store'

/** How listeners split their requests now. */
export interface Splitting {
  isSplit(application: ApplicationSnapshot, listenerId: string | null): boolean
  /** The events that a request would bring if it came now, as runs keep them; null: it is one. */
  eventsOf(application: ApplicationSnapshot, request: StoredRequest): Promise<readonly string[] | null>
}

export interface EventsDeps {
  readonly store: Pick<Store, 'logs'>
  readonly splitting: Splitting
}

type KeptRequest = Pick<StoredRequest, 'id' | 'listener_id' | 'run_ids' | 'received_at'>

/** What a page of runs may bring, as far as the one before tells: all of them together are as large as the largest body. */
const PAGE_BYTES = 256 * 1024
const PAGE_MIN = 1
const PAGE_FIRST = 32
const PAGE_MAX = 256

/**
 * What runs of a request work on: each of the many events that it has brought, as often as it brought it; null: the whole. Where it was one,
 * or no flow took it, its listener says what it is now: it may have learnt later that its requests bring many.
 */
export async function eventsOfRequest(
  { store, splitting }: EventsDeps,
  application: ApplicationSnapshot,
  request: KeptRequest,
  most: number = limits.eventsOfRequestMax,
): Promise<readonly (string | null)[]> {
  const kept = await eventsOfRuns(store, request, most)
  if (kept.some((event) => event !== null)) return kept
  if (!splitting.isSplit(application, request.listener_id)) return WHOLE
  const row = await store.logs.requests.find(application.id, request.id)
  const events = row === undefined ? null : await splitting.eventsOf(application, row)
  return events?.slice(0, most) ?? WHOLE
}

const WHOLE = [null]

/** The runs that it started itself tell, and of these one flow's: those of each replay were added behind them. */
async function eventsOfRuns({ logs }: Pick<Store, 'logs'>, request: KeptRequest, most: number): Promise<readonly (string | null)[]> {
  const ids = JSON.parse(request.run_ids) as string[]
  const inputs: (string | null)[] = []
  let flow: string | undefined
  let size = PAGE_FIRST
  for (let at = 0; at < ids.length && inputs.length < most;) {
    const page = ids.slice(at, at + size)
    const rows = await logs.runs.inputs(page)
    const own = rows.filter(({ created_at }) => created_at === request.received_at)
    flow ??= own[0]?.flow_id
    inputs.push(...own.flatMap(({ flow_id, input }) => (flow_id === flow ? [input] : [])))
    if (own.length < rows.length) break
    at += page.length
    const bytes = rows.reduce((sum, { input }) => sum + (input?.length ?? 0), 1)
    size = Math.min(PAGE_MAX, Math.max(PAGE_MIN, Math.floor((page.length * PAGE_BYTES) / bytes)))
  }
  return inputs.slice(0, most)
}
