import { emptyStep, ReplayWork, type ConfigCache } from '#coordination'
import type { Ids } from '#domain'
import type { Clock, Failpoint, Log } from '#platform'
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

const CHUNK_MAX = 500
/** Of the log, in one step that finds less than a chunk. */
const WINDOWS_MAX = 5

/** Replays of deliveries, and of messages that an endpoint never got. */
export class Replays extends ReplayWork {
  constructor(options: ReplaysOptions) {
    super({ ...options, kinds: ['deliveries', 'missing'], nextStep: (replay) => nextStep(replay, options) })
  }
}

/** Finds a second's worth of the set, or its end. */
async function nextStep(replay: StoredReplay, { store, config, clock, ids }: ReplaysOptions): Promise<ReplayStep> {
  const filter = JSON.parse(replay.filter) as DeliveryFilter
  const step = emptyStep(replay)
  const application = await config.application(replay.application_id)
  if (application === undefined) return { ...step, end: { status: 'failed', failure: 'application_deleted' } }
  if (filter.endpointId !== null && !application.endpoints.some(({ id }) => id === filter.endpointId))
    return { ...step, end: { status: 'failed', failure: 'endpoint_deleted' } }
  const chunk = Math.min(CHUNK_MAX, replay.rate)
  const found: Replayable[] = []
  let place: string | null = replay.place
  for (let i = 0; i < WINDOWS_MAX && place !== null && found.length < chunk; i++) {
    const set = { kind: replay.kind as 'deliveries' | 'missing', filter, until: replay.until }
    const window = await findReplayable(store, { application, set, beyond: place, now: clock.now() }, chunk - found.length)
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
