import type { ApplicationId, RunId, SessionId } from '#domain'
import type { Clock } from '#platform'
import {
  EACH,
  laneStates,
  NOBODY,
  TAKES_ALL,
  newestAtHand,
  makeAnew,
  type LaneState,
  type Alongside,
  type Anew,
  type CommitResult,
  type HeldRun,
  type LoadedDelivery,
  type LoadedRun,
  type Store,
  type Task,
  requestFor,
} from '#store'
import {
  acceptOne,
  addLane,
  commitOne,
  settleOne,
  takeLane,
  toTask,
  updateLane,
  wakeRun,
  blockLane,
  type Inserted,
  type Moment,
  endDelivery,
  writeAlongside,
} from './model-batches.ts'
import { createModelFiles, purgeModelEntries } from './model-files.ts'
import { advanceReplay, resendOne } from './model-replays.ts'
import { setOrder } from './model-order.ts'
import { reserveOne } from './model-quota.ts'
import { emptyState, findTask, insert, Refused, tasksOf, type ModelState } from './model-state.ts'

/**
 * What the port means, as plainly as it can be said: every table is a map, every batch a loop, nothing is fast, nothing is durable.
 * The conformance suite holds it to the same sentences as the engines, and the property test holds the engines to it.
 */
export interface Model extends Store {
  /** The tables, to look into. */
  readonly state: ModelState
  /** Management has no model, so the suite sets up through these. */
  addApplication(id: ApplicationId): void
  addEndpoint(endpoint: { readonly id: string; readonly application: ApplicationId }): void
  setLane(lane: string, state: LaneState, resetFailures: boolean): void
  setOrder(lane: string, ordered: boolean): void
  setHourlyLimit(application: ApplicationId, perHour: number | null): void
}

export function createModel(clock: Clock): Model {
  const state = emptyState()
  const listeners: ((application: ApplicationId | null) => void)[] = []
  const alive = (session: string) => state.sessions.has(session)
  const begin = (session: SessionId): Moment => ({ state, session, now: clock.now(), inserted: { lanes: [], tasks: [] } })

  /** Each member is kept whole or not at all; what cannot be copied cannot be kept. */
  const each = <Member, Result>(
    members: readonly Member[],
    apply: (member: Member) => Result,
    { inserted, refuse }: { inserted: Inserted; refuse: (detail: string) => Result },
  ): Result[] => {
    let kept = structuredClone(state)
    return members.map((member) => {
      const counts = [inserted.lanes.length, inserted.tasks.length] as const
      try {
        const result = apply(member)
        kept = structuredClone(state)
        return result
      } catch (error) {
        if (!(error instanceof Refused || error instanceof DOMException)) throw error
        Object.assign(state, structuredClone(kept))
        inserted.lanes.length = counts[0]
        inserted.tasks.length = counts[1]
        return refuse(error.message)
      }
    })
  }

  const dueAt = (lane: string): number => {
    const { circuit_until, blocked_until, throttled_until } = state.lanes.get(lane)!
    const first = tasksOf(state, lane)[0]
    return first === undefined ? Infinity : Math.max(first.due, circuit_until, blocked_until, throttled_until)
  }

  const claimable = () =>
    [...state.lanes.values()]
      .filter((lane) => lane.owner === null && lane.state === laneStates.ready)
      .map(({ lane }) => ({ lane, due: dueAt(lane) }))
      .filter(({ due }) => due < Infinity)
      .sort((a, b) => a.due - b.due || (a.lane < b.lane ? -1 : 1))

  const dueTasks = (lane: string, most: number): Task[] =>
    tasksOf(state, lane)
      .filter((task) => task.due <= clock.now())
      .slice(0, most)
      .map(toTask)

  const cancelDelivery = (id: string): boolean => endDelivery(state, id, clock.now())

  /** It has no configuration but the versions, so a snapshot is what the caller brought, at the present version. */
  const present = (operations: readonly Anew<unknown>[]) => {
    const known = newestAtHand(operations)
    return (id: ApplicationId) => {
      const [snapshot, application] = [known.get(id), state.applications.get(id)]
      return snapshot && application && { ...snapshot, version: application.version }
    }
  }

  const withAlongside = <Done extends readonly unknown[]>(alongside: Alongside | undefined, done: Done): Done => {
    if (done.length > 0) writeAlongside(state, alongside)
    return done
  }

  return {
    engine: 'memory',
    isShared: false,
    files: createModelFiles(state),
    purgeEntries: async (most) => purgeModelEntries(state, most),
    get logs(): never {
      throw noTables()
    },
    get queries(): never {
      throw noTables()
    },
    get statements(): never {
      throw noTables()
    },
    async mutate() {
      throw new Error('The model keeps no management: use addApplication and addEndpoint.')
    },
    onChange: (listener) => void listeners.push(listener),
    hint() {},
    onHint() {},
    changes: async (since) => ({ until: since, applications: [] }),

    async openSession(id, takes = TAKES_ALL) {
      state.sessions.set(id, { beat: 0, takes })
    },
    async beat(id) {
      const own = state.sessions.get(id)
      if (own !== undefined) own.beat++
      const peers = [...state.sessions]
        .filter(([peer]) => peer !== id)
        .map(([peer, { beat, takes }]) => ({ id: peer as SessionId, beat, sends: takes.lanes }))
      return { alive: alive(id), now: clock.now(), peers }
    },
    async reap(dead, seen) {
      return state.sessions.get(dead)?.beat === seen && state.sessions.delete(dead)
    },
    async closeSession(id) {
      state.sessions.delete(id)
    },
    async freeLanes(dead, most) {
      if (alive(dead)) return 0
      const owned = [...state.lanes.values()].filter((lane) => lane.owner === dead).slice(0, most)
      for (const lane of owned) Object.assign(lane, { owner: null, epoch: lane.epoch + 1, takeovers: lane.takeovers + 1 })
      return owned.length
    },
    async adoptRuns(session, most) {
      if (state.sessions.get(session)?.takes.runs !== true) return []
      const orphans = [...state.runs.values()].filter((run) => run.holder !== null && !alive(run.holder)).slice(0, most)
      return orphans.map((run) => {
        Object.assign(run, { holder: session, rev: run.rev + 1 })
        return heldRun(run)
      })
    },

    async accept(session, operations): Promise<CommitResult<ReturnType<typeof acceptOne>>> {
      const moment = begin(session)
      const results = each(operations, (operation) => acceptOne(moment, operation), {
        inserted: moment.inserted,
        refuse: (detail) => ({ kind: 'refused' as const, detail }),
      })
      return { results, ...moment.inserted }
    },
    async acceptAnew(session, operations) {
      const batch = makeAnew(operations, present(operations))
      return batch.results(await this.accept(session, batch.made))
    },
    async commitRunsAnew(session, commits) {
      const batch = makeAnew(commits, present(commits))
      return batch.results(await this.commitRuns(session, batch.made))
    },
    async commitRuns(session, commits): Promise<CommitResult<ReturnType<typeof commitOne>>> {
      const moment = begin(session)
      if (!alive(session)) return { results: commits.map(() => ({ kind: 'lost' })), ...moment.inserted }
      const results = each(commits, (commit) => commitOne(moment, commit), {
        inserted: moment.inserted,
        refuse: (detail) => ({ kind: 'refused' as const, detail }),
      })
      return { results, ...moment.inserted }
    },
    async settle(session, settlements, updates) {
      if (!alive(session)) return settlements.map(() => ({ settled: false, woken: null }))
      const moment = begin(session)
      const results = each(settlements, (settlement) => settleOne(moment, settlement), {
        inserted: moment.inserted,
        refuse: (refused) => ({ settled: false, woken: null, refused }),
      })
      const changed = updates.flatMap((update) => updateLane(moment, update) ?? [])
      settlements.forEach((settlement, i) => blockLane(moment, settlement, results[i]!))
      for (const application of changed) for (const listener of listeners) listener(application)
      return results
    },

    async claim(session, lanesMax, tasksMax) {
      const now = clock.now()
      const due = alive(session) ? claimable().filter((lane) => lane.due <= now) : []
      const lanes = due.slice(0, lanesMax).map(({ lane }) => takeLane(state, lane, session))
      const tasks = lanes.flatMap(({ lane }) => dueTasks(lane, tasksMax))
      return { lanes, tasks, nextInMs: Math.max(0, (claimable()[0]?.due ?? Infinity) - now), now }
    },
    async refill(session, wanted) {
      return wanted.flatMap(({ lane, tasksMax }) => {
        const known = state.lanes.get(lane)
        return known?.owner === session && known.state === laneStates.ready ? dueTasks(lane, tasksMax) : []
      })
    },
    async release(session, wanted) {
      return wanted.filter((name) => {
        const lane = state.lanes.get(name)
        if (lane === undefined || lane.owner !== session) return false
        lane.owner = null
        return true
      })
    },
    async begin(session, { manual, ...task }) {
      const known = alive(session) && findTask(state, { ...task, manual: manual ? 1 : 0 }) !== undefined
      if (known) state.deliveries.get(task.delivery)!.status = 'sending'
      return known
    },
    async reserve(session, wanted) {
      return wanted.map((one) => reserveOne(begin(session), one))
    },
    async loadDeliveries(ids) {
      return ids.flatMap((id): LoadedDelivery[] => {
        const row = state.deliveries.get(id)
        if (row === undefined) return []
        const { body, ...delivery } = row
        const message = delivery.message_id === null ? undefined : state.messages.get(delivery.message_id)
        const payload = delivery.message_id === null ? body : (message?.payload ?? null)
        return [{ delivery: { ...delivery }, eventId: message?.event_id ?? null, payload }]
      })
    },

    async heldRuns(session, after, most) {
      const held = [...state.runs.values()].filter((run) => run.holder === session && run.id > (after ?? ''))
      return held
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, most)
        .map(heldRun)
    },
    async wakeDueRuns(session, most) {
      if (state.sessions.get(session)?.takes.runs !== true) return []
      const due = [...state.runs.values()].filter((run) => run.due_at !== null && run.due_at <= clock.now())
      return due
        .sort((a, b) => a.due_at! - b.due_at! || (a.id < b.id ? -1 : 1))
        .slice(0, most)
        .map((run) => {
          Object.assign(run, {
            status: 'queued',
            holder: session,
            rev: run.rev + 1,
            due_at: null,
            parked_on: run.parked_on === EACH ? EACH : null,
          })
          return heldRun(run)
        })
    },
    // It has no flows.
    enterGate: async () => true,
    openGates: async () => [],
    dueSchedules: async () => ({ now: clock.now(), due: [] }),
    startScheduled: async () => ({ moved: 0, runs: [] }),
    async loadRuns(ids) {
      return ids.flatMap((id): LoadedRun[] => {
        const run = state.runs.get(id)
        const request = run?.request_id === null || run === undefined ? undefined : state.requests.get(run.request_id)
        return run === undefined ? [] : [{ run: { ...run }, request: requestFor(run, request) }]
      })
    },
    async replies(ids) {
      return ids.flatMap((id) => {
        const run = state.runs.get(id)
        if (run === undefined || (run.reply === null && run.finished_at === null)) return []
        return [{ run: id, status: run.status, reply: run.reply }]
      })
    },
    async answerRuns(answers) {
      for (const { run: id, reply } of answers) {
        const run = state.runs.get(id)
        if (run?.reply === null && run.finished_at === null) run.reply = reply
      }
      return this.replies(answers.map(({ run }) => run))
    },
    async cancelRuns(ids, alongside) {
      return withAlongside(
        alongside,
        ids.filter((id) => {
          const run = state.runs.get(id)
          if (run === undefined || run.finished_at !== null) return false
          Object.assign(run, { status: 'cancelled', finished_at: clock.now(), holder: null, parked_on: null, due_at: null })
          Object.assign(run, { wake: null, state: null, rev: run.rev + 1 })
          for (const delivery of state.deliveries.values()) if (delivery.run_id === id) cancelDelivery(delivery.id)
          return true
        }),
      )
    },
    async cancelDeliveries(ids, wake = null, alongside) {
      return withAlongside(
        alongside,
        ids.filter((id) => {
          const cancelled = cancelDelivery(id)
          const run = state.deliveries.get(id)?.run_id ?? null
          if (cancelled && run !== null) wakeRun(state, { run, parkedOn: id, holder: NOBODY, wake })
          return cancelled
        }),
      )
    },
    async resend(ids, alongside) {
      return withAlongside(
        alongside,
        ids.filter((id) => resendOne(state, id, clock.now())),
      )
    },
    async advanceReplay(step) {
      return advanceReplay(state, step, clock.now())
    },
    async retain() {
      throw new Error('The model keeps everything.')
    },
    async health() {
      const due = claimable()[0]?.due ?? Infinity
      return { oldestDueMs: Math.max(0, clock.now() - due) }
    },
    async close() {},

    get state() {
      return state
    },
    addApplication: (id) => insert(state.applications, id, { id, version: 1, inbound: 1, outbound: 1, perHour: null }),
    addEndpoint({ id, application }) {
      insert(state.endpoints, id, { id, application_id: application, state: 'active' })
      addLane(state, id, application)
    },
    setOrder(name, ordered) {
      setOrder(state, name, { ordered, now: clock.now() })
    },
    setHourlyLimit(id, perHour) {
      state.applications.get(id)!.perHour = perHour
      for (const lane of state.lanes.values()) if (lane.application_id === id) lane.throttled_until = 0
    },
    setLane(name, laneState, resetFailures) {
      const lane = state.lanes.get(name)!
      lane.state = laneState
      if (resetFailures) Object.assign(lane, { failures: 0, circuit_until: 0 })
    },
  }
}

function heldRun(run: { id: string; application_id: string; rev: number }): HeldRun {
  return { run: run.id as RunId, application: run.application_id as ApplicationId, rev: run.rev }
}

function noTables(): Error {
  return new Error('The model keeps no tables: look into its state.')
}
