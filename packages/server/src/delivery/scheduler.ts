import type { DeliveryId, SessionId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import type { DeliveryWork, LaneId, LoadedDelivery, Store, Task } from '#store'
import { HeldLane, taskKey } from './held-lane.ts'

/**
 * Decides what is sent when. Owns lanes on behalf of the session: takes those that are due (or born in a commit of this
 * process), keeps a few tasks of each in hand, starts attempts in turn over all lanes so that none starves the others, and
 * gives lanes back when nothing of theirs is due.
 *
 * Everything here is bounded and can be forgotten at any moment: what is true is in the store.
 */
export interface Scheduler {
  start(): void
  /** Work that a commit of this process gave birth to. */
  take(work: DeliveryWork): void
  /** The life is lost: nothing that was held is ours any more. */
  forget(): void
  /** Starts nothing more, waits for the attempts under way to settle (at most until the signal aborts), gives all lanes back. */
  stop(signal: AbortSignal): Promise<void>
}

/** What came of one task, for the lane it belongs to. */
export interface TaskEnd {
  /** `gone`: the task left the store or was never ours. `later`: due again after `waitMs`. `kept`: still there; look again soon. */
  readonly kind: 'gone' | 'later' | 'kept'
  readonly waitMs?: number
}

/** What the attempt itself showed, known before it is settled: the connection is free again. */
export interface LaneNews {
  readonly failures: number
  readonly closedForMs: number
  /** It timed out, or said that it has too much to do. */
  readonly slow: boolean
}

export interface SchedulerOptions {
  readonly store: Pick<Store, 'claim' | 'refill' | 'release'>
  readonly session: { readonly id: SessionId; mayAct(): boolean }
  readonly clock: Clock
  readonly log: Log
  /** Attempts under way in this process, and those that are sent but not settled. */
  readonly inFlightMax: number
  /** Consecutive failures from which a lane counts as failing: it shares a part of the connections, and is probed. */
  readonly circuitAfter: number
  /**
   * Sends and settles one task. Calls `sent` as soon as the attempt is over, resolves when it is settled. Never rejects.
   */
  readonly deliver: (
    lane: HeldLane,
    task: Task,
    sent: (news: LaneNews | undefined) => void,
    content: LoadedDelivery | undefined,
  ) => Promise<TaskEnd>
}

const CLAIM_LANES = 64
const TASKS_A_TURN = 20
const LANES_HELD_MAX = 4096
const POLL_MS = 250
/** A lane without work is kept this long, because the next event often follows. */
const LINGER_MS = 500
/** A held lane is looked into again after this long: a hint that another process inserted may have been lost. */
const LOOK_MS = 1000
/** In one lane, tasks beyond this stay in the store until their turn comes. */
const HANDS_MAX = 256
/** Bytes of content that may wait in memory; beyond, content is read when its turn comes. */
const CONTENT_BYTES_MAX = 64 * 1024 * 1024
/** Lanes that fail may use this part of the connections while others want to send. */
const FAILING_SHARE = 0.3
/** One application may use this part of the connections while others want to send. */
const APPLICATION_SHARE = 0.5

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, session, clock, log, inFlightMax, circuitAfter } = options
  const lanes = new Map<LaneId, HeldLane>()
  const contents = new Map<DeliveryId, LoadedDelivery>()
  const busyByApplication = new Map<string, number>()
  let contentBytes = 0
  /** Lanes that could send, in turn. */
  let ring: HeldLane[] = []
  let inFlight = 0
  let failingInFlight = 0
  let unsettled = 0
  let stopping = false
  let poll: Timer | undefined
  let alarm: { timer: Timer; at: number } | undefined
  let drained: (() => void) | undefined

  const forget = () => {
    lanes.clear()
    contents.clear()
    contentBytes = 0
    ring = []
  }

  // ---- what is in hand

  const hold = (lane: Parameters<typeof laneOf>[0], now: number): HeldLane => {
    const known = lanes.get(lane.lane)
    if (known && known.epoch >= lane.epoch) return known
    if (known) putBack(known)
    const held = laneOf(lane, clock.monotonic(), now)
    lanes.set(lane.lane, held)
    return held
  }

  /** Lets go of what was not started: it stays in the store. A lane that may not send must not fill memory. */
  const putBack = (lane: HeldLane) => {
    for (const task of lane.ready.splice(0)) {
      lane.hands.delete(taskKey(task))
      takeContent(task.delivery)
      lane.more = true
    }
  }

  const receive = (task: Task) => {
    const lane = lanes.get(task.lane)
    if (!lane) return
    // While a release is under way nobody knows yet whose the lane will be: the store keeps the task either way.
    if (lane.releasing || lane.hands.size >= HANDS_MAX) lane.more = true
    else if (lane.add(task)) enqueue(lane)
  }

  const enqueue = (lane: HeldLane) => {
    if (lane.queued || lane.ready.length === 0) return
    lane.queued = true
    ring.push(lane)
  }

  const keepContent = (loaded: LoadedDelivery) => {
    const bytes = loaded.payload?.byteLength ?? 0
    if (contentBytes + bytes > CONTENT_BYTES_MAX || !lanes.get(loaded.delivery.lane)?.hands.has(loaded.delivery.id)) return
    contents.set(loaded.delivery.id as DeliveryId, loaded)
    contentBytes += bytes
  }

  const takeContent = (delivery: DeliveryId): LoadedDelivery | undefined => {
    const loaded = contents.get(delivery)
    if (loaded) {
      contents.delete(delivery)
      contentBytes -= loaded.payload?.byteLength ?? 0
    }
    return loaded
  }

  // ---- sending

  const pump = () => {
    if (stopping || !session.mayAct()) return
    const monotonic = clock.monotonic()
    let skipped = 0
    while (ring.length > skipped && inFlight < inFlightMax && unsettled < inFlightMax * 4) {
      const lane = ring.shift()!
      lane.queued = false
      if (lanes.get(lane.lane) !== lane || lane.ready.length === 0) continue
      const failing = lane.failures > 0
      if (lane.room(monotonic, lane.failures >= circuitAfter) <= 0) {
        if (monotonic < lane.closedUntil) wakeAt(lane.closedUntil)
        continue // it comes back when an attempt of it ends, or at the alarm
      }
      lane.queued = true
      ring.push(lane)
      const crowded =
        ring.length > 1 &&
        inFlight >= inFlightMax * FAILING_SHARE &&
        ((failing && failingInFlight >= inFlightMax * FAILING_SHARE) ||
          (busyByApplication.get(lane.application) ?? 0) >= inFlightMax * APPLICATION_SHARE)
      if (crowded) {
        skipped++
        continue
      }
      skipped = 0
      begin(lane, lane.ready.shift()!, failing)
      if (lane.ready.length === 0) unqueue(lane)
    }
    look()
  }

  const unqueue = (lane: HeldLane) => {
    if (ring[ring.length - 1] === lane) ring.pop()
    lane.queued = false
  }

  const begin = (lane: HeldLane, task: Task, failing: boolean) => {
    count(lane, failing, 1)
    unsettled++
    let sent = false
    const onSent = (news: LaneNews | undefined) => {
      if (sent) return
      sent = true
      count(lane, failing, -1)
      if (news) {
        lane.failures = news.failures
        lane.closedUntil = Math.max(lane.closedUntil, clock.monotonic() + news.closedForMs)
        if (news.closedForMs === 0 && news.failures === 0) lane.closedUntil = 0
        if (news.closedForMs > 0) putBack(lane)
        lane.adapt(news.slow)
      }
      enqueue(lane)
      soon()
    }
    void options
      .deliver(lane, task, onSent, task.manual ? undefined : takeContent(task.delivery))
      .catch((error: unknown) => {
        log.error('delivery.task.failed', { error, delivery: task.delivery })
        return { kind: 'kept' } as const
      })
      .then((end) => {
        onSent(undefined)
        unsettled--
        finish(lane, task, end)
      })
  }

  const count = (lane: HeldLane, failing: boolean, by: 1 | -1) => {
    inFlight += by
    lane.inFlight += by
    if (failing) failingInFlight += by
    const busy = (busyByApplication.get(lane.application) ?? 0) + by
    if (busy > 0) busyByApplication.set(lane.application, busy)
    else busyByApplication.delete(lane.application)
  }

  const finish = (lane: HeldLane, task: Task, end: TaskEnd) => {
    lane.hands.delete(taskKey(task))
    const monotonic = clock.monotonic()
    if (end.kind === 'later') lane.wakeAt = Math.min(lane.wakeAt, monotonic + (end.waitMs ?? 0))
    if (end.kind === 'kept') lane.wakeAt = Math.min(lane.wakeAt, monotonic + LOOK_MS)
    lane.idleSince = monotonic
    if (stopping && unsettled === 0) drained?.()
    soon()
  }

  /** One pump a turn, however many attempts end in it. */
  let pumping = false
  const soon = () => {
    if (pumping) return
    pumping = true
    queueMicrotask(() => {
      pumping = false
      pump()
    })
  }

  const wakeAt = (at: number) => {
    if (alarm && alarm.at <= at) return
    alarm?.timer.cancel()
    const timer = clock.after(Math.max(1, at - clock.monotonic()), () => {
      alarm = undefined
      for (const lane of lanes.values()) enqueue(lane)
      pump()
    })
    alarm = { timer, at }
  }

  // ---- looking into the store

  let looking = false
  /** Refills the lanes that ran low. One look at a time; whoever runs low meanwhile is in the next. */
  const look = () => {
    if (looking || stopping) return
    const monotonic = clock.monotonic()
    const wanted: HeldLane[] = []
    for (const lane of lanes.values()) {
      const due = monotonic >= lane.wakeAt || monotonic - lane.lookedAt >= LOOK_MS
      const low = lane.ready.length < TASKS_A_TURN / 2
      // A lane whose circuit is open is not looked into: its backlog stays untouched.
      if (!lane.releasing && low && (lane.more || (due && !lane.idle) || monotonic >= lane.wakeAt) && monotonic >= lane.closedUntil)
        wanted.push(lane)
      if (wanted.length >= CLAIM_LANES) break
    }
    if (wanted.length === 0) return
    looking = true
    void refill(wanted)
      .catch((error: unknown) => log.warn('delivery.refill.failed', { error }))
      .finally(() => {
        looking = false
        soon()
      })
  }

  const refill = async (wanted: readonly HeldLane[]) => {
    const life = session.id
    const asked = new Map(wanted.map((lane) => [lane.lane, lane.hands.size + TASKS_A_TURN]))
    const startedAt = clock.monotonic()
    // Cleared before the look, so that a task that comes while it is under way asks for another one.
    for (const lane of wanted) {
      lane.more = false
      lane.wakeAt = Infinity
      lane.lookedAt = startedAt
    }
    try {
      const tasks = await store.refill(
        life,
        [...asked].map(([lane, tasksMax]) => ({ lane, tasksMax })),
      )
      if (session.id !== life) return
      const found = new Map<LaneId, number>()
      for (const task of tasks) {
        found.set(task.lane, (found.get(task.lane) ?? 0) + 1)
        receive(task)
      }
      for (const lane of wanted) if ((found.get(lane.lane) ?? 0) >= asked.get(lane.lane)!) lane.more = true
    } catch (error) {
      for (const lane of wanted) lane.wakeAt = startedAt + LOOK_MS
      throw error
    }
  }

  const claim = async () => {
    for (;;) {
      if (stopping || lanes.size >= LANES_HELD_MAX || !session.mayAct()) return POLL_MS
      const life = session.id
      const claimed = await store.claim(life, CLAIM_LANES, TASKS_A_TURN)
      if (session.id !== life) return 0
      for (const lane of claimed.lanes) hold(lane, claimed.now)
      const found = new Map<LaneId, number>()
      for (const task of claimed.tasks) {
        found.set(task.lane, (found.get(task.lane) ?? 0) + 1)
        receive(task)
      }
      for (const [lane, tasks] of found) if (tasks >= TASKS_A_TURN) lanes.get(lane)!.more = true
      soon()
      if (claimed.lanes.length < CLAIM_LANES) return Math.min(POLL_MS, Math.max(1, claimed.nextInMs))
    }
  }

  const releaseIdle = async (all = false) => {
    const monotonic = clock.monotonic()
    const idle: HeldLane[] = []
    for (const lane of lanes.values()) {
      const rests = lane.hands.size === 0 && ((lane.idle && monotonic - lane.idleSince >= LINGER_MS) || monotonic < lane.closedUntil)
      if (!lane.releasing && (all || (rests && lane.wakeAt - monotonic > LINGER_MS))) idle.push(lane)
      if (idle.length >= 256) break
    }
    if (idle.length === 0) return 0
    const life = session.id
    for (const lane of idle) lane.releasing = true
    let released: readonly LaneId[] = []
    try {
      released = await store.release(
        life,
        idle.map((lane) => lane.lane),
      )
    } finally {
      const gone = new Set(released)
      for (const lane of idle) {
        lane.releasing = false
        if (!gone.has(lane.lane)) lane.more = true
        else if (lanes.get(lane.lane) === lane) lanes.delete(lane.lane)
      }
    }
    return released.length
  }

  /** The heartbeat of the room: takes what is due, gives back what rests. Rings make it unnecessary, not wrong. */
  const tick = () => {
    claim()
      .catch((error: unknown) => {
        log.warn('delivery.claim.failed', { error })
        return POLL_MS
      })
      .then(async (waitMs) => {
        await releaseIdle().catch((error: unknown) => log.warn('delivery.release.failed', { error }))
        soon()
        if (!stopping) poll = clock.after(waitMs, tick)
      })
      .catch((error: unknown) => log.error('delivery.tick.failed', { error }))
  }

  return {
    start: tick,
    take(work) {
      if (stopping) return
      const now = clock.now()
      for (const lane of work.lanes) hold(lane, now)
      for (const task of work.tasks) receive(task)
      for (const loaded of work.loaded) keepContent(loaded)
      pump()
    },
    forget,
    async stop(signal) {
      stopping = true
      poll?.cancel()
      alarm?.timer.cancel()
      if (unsettled > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      while ((await releaseIdle(true)) > 0);
      forget()
    },
  }
}

/** The store's times, put on this process's monotonic clock. */
function laneOf(lane: DeliveryWork['lanes'][number], monotonic: number, now: number): HeldLane {
  const closedForMs = Math.max(0, lane.circuitUntil - now, lane.blockedUntil - now)
  return new HeldLane(lane, { monotonic, closedForMs })
}
