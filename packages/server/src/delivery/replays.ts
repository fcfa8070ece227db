import assert from 'node:assert/strict'
import type { ConfigCache } from '#coordination'
import type { Ids, ReplayId } from '#domain'
import { sleep, type Clock, type Failpoint, type Log } from '#platform'
import type { DeliveryFilter, ReplayStep, StoredReplay, Store } from '#store'
import { findReplayable, type Replayable } from './find-replayable.ts'

export interface ReplaysOptions {
  readonly store: Pick<Store, 'queries' | 'logs' | 'advanceReplay'>
  readonly config: Pick<ConfigCache, 'application'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly failpoint: Failpoint
}

/** How often one looks for replays that somebody began or left. */
const LOOK_MS = 1000
/** Between rounds, so that looking through a long log never takes the store away from live work. */
const PAUSE_MS = 20
const CHUNK_MAX = 500
/** Of the log, in one step that finds less than a chunk. */
const WINDOWS_MAX = 5
/** Those that are due first; the others have their turn in the next round. */
const REPLAYS_MAX = 32
/** Somebody else took a step: as long as that process lives, it is quiet work of its own. */
const LEAVE_MS = 3000

/**
 * Carries out replays, a step at a time: finds a second's worth of the set, then has the store queue it and remember the place in one
 * commit. Nobody owns a replay. Whoever comes first takes a step, the others' revision is then old; so a process that dies is not
 * missed, and the rate, which stands in the row as the time of the next step, holds over all processes.
 *
 *   resting --start()--> working --stop()--> stopped, once the step under way is committed
 */
export class Replays {
  readonly #options: ReplaysOptions
  readonly #stopping = new AbortController()
  /** When to look again at those of which somebody else took a step. */
  readonly #left = new Map<string, number>()
  #working: Promise<void> | undefined

  constructor(options: ReplaysOptions) {
    this.#options = options
  }

  start(): void {
    assert(this.#working === undefined, 'replays are started once')
    this.#working = this.#work()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the process stops'))
    await this.#working
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const nextMs = await this.#round().catch((error: unknown) => {
        if (!signal.aborted) log.warn('delivery.replay.failed', { error })
        return LOOK_MS
      })
      await sleep(clock, Math.max(PAUSE_MS, nextMs), signal).catch(() => undefined)
    }
  }

  /** Takes the step of each that is due. Milliseconds until there is more to do, as far as is known. */
  async #round(): Promise<number> {
    const { store, clock } = this.#options
    const running = await store.queries.replays.running(clock.now(), REPLAYS_MAX)
    for (const id of this.#left.keys()) if (!running.some((one) => one.id === id)) this.#left.delete(id)
    let nextMs = LOOK_MS
    for (const replay of running) {
      if (this.#stopping.signal.aborted) break
      const waitMs = Math.max(replay.wait, (this.#left.get(replay.id) ?? 0) - clock.monotonic())
      nextMs = Math.min(nextMs, waitMs > 0 ? waitMs : await this.#step(replay))
    }
    return nextMs
  }

  async #step(replay: StoredReplay): Promise<number> {
    const { store, clock, log, failpoint } = this.#options
    const next = await nextStep(replay, this.#options)
    failpoint('replay.before_step')
    const { kind } = await store.advanceReplay(next)
    failpoint('replay.after_step')
    if (kind === 'lost') this.#left.set(replay.id, clock.monotonic() + LEAVE_MS)
    else if (next.end !== null) log.info('delivery.replay.ended', { replay: replay.id, ...next.end })
    return kind === 'lost' ? LEAVE_MS : next.waitMs
  }
}

/** Finds a second's worth of the set, or its end. */
async function nextStep(replay: StoredReplay, { store, config, clock, ids }: ReplaysOptions): Promise<ReplayStep> {
  const filter = JSON.parse(replay.filter) as DeliveryFilter
  const step = { replay: replay.id as ReplayId, rev: replay.rev, place: replay.place, resend: [], create: [], skipped: 0, waitMs: 0 }
  const application = await config.application(replay.application_id)
  if (application === undefined) return { ...step, end: { status: 'failed', failure: 'application_deleted' } }
  if (filter.endpointId !== null && !application.endpoints.some(({ id }) => id === filter.endpointId))
    return { ...step, end: { status: 'failed', failure: 'endpoint_deleted' } }
  const chunk = Math.min(CHUNK_MAX, replay.rate)
  const found: Replayable[] = []
  let place: string | null = replay.place
  for (let i = 0; i < WINDOWS_MAX && place !== null && found.length < chunk; i++) {
    const set = { kind: replay.kind as 'deliveries' | 'missing', filter, until: replay.until }
    const window = await findReplayable(store, { application, set, beyond: place }, chunk - found.length)
    found.push(...window.found)
    place = window.end
  }
  const sendable = found.filter((one) => one.sendable)
  return {
    ...step,
    place: place ?? replay.until,
    resend: sendable.flatMap(({ delivery }) => delivery ?? []),
    create: sendable.flatMap(({ delivery, message, endpoint, eventType }) =>
      delivery !== null || message === null || endpoint === null
        ? []
        : [{ id: ids.make('dlv'), endpoint_id: endpoint, message_id: message, event_type: eventType, created_at: clock.now() }],
    ),
    skipped: found.length - sendable.length,
    waitMs: Math.ceil((sendable.length * 1000) / replay.rate),
    end: place === null ? { status: 'done' } : null,
  }
}
