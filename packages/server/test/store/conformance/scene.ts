import { createIds, type DeliveryId, type EndpointId, type RunId, type SessionId } from '#domain'
import { createSeededRandom } from '#platform/testing'
import { expect } from 'vitest'
import type {
  AcceptOperation,
  AuditEntry,
  LaneId,
  LaneUpdate,
  NewAttempt,
  NewDelivery,
  NewEntry,
  NewMessage,
  NewRequest,
  NewRun,
  RunCommit,
  SessionTakes,
  Settlement,
  Task,
} from '#store'
import type { Subject } from './subject.ts'

export type Scene = Awaited<ReturnType<typeof createScene>>

/** One application and one session in a fresh store, and builders for what the rooms would hand in. */
export async function createScene(subject: Subject) {
  const { store, world } = subject
  const random = createSeededRandom(1)
  let now = await subject.now()
  const ids = createIds({ now: () => now, fill: random.fill })
  const app = ids.make('app')
  const session = ids.make('ses')
  await world.addApplication(app)
  await store.openSession(session)

  const operation = (part: Partial<AcceptOperation>): AcceptOperation => ({
    ...{ application: null, dedups: [], request: null, runs: [], messages: [] },
    ...part,
  })

  const delivery = (lane: LaneId, part: Partial<NewDelivery> = {}): NewDelivery => {
    const endpoint_id = lane.startsWith('ep_') ? (lane as EndpointId) : null
    const step_id = endpoint_id === null ? lane.slice(lane.indexOf('/') + 1) : null
    const body = endpoint_id === null ? Buffer.from('step') : null
    return {
      ...{ id: ids.make('dlv'), lane, endpoint_id, step_id, event_type: 'invoice.paid', created_at: now, body },
      ...{ request: endpoint_id === null ? '{}' : null },
      ...part,
    }
  }

  const message = (lanes: readonly LaneId[], part: Partial<NewMessage> = {}): NewMessage => ({
    ...{ id: ids.make('msg'), application_id: app, event_id: null, event_type: 'invoice.paid', channels: null, tags: null, run_id: null },
    ...{ created_at: now, payload: Buffer.from('{"a":1}'), deliveries: lanes.map((lane) => delivery(lane)), skipped: [] },
    ...part,
  })

  const request = (part: Partial<NewRequest> = {}): NewRequest => ({
    ...{ id: ids.make('req'), application_id: app, listener_id: null, status: 'accepted', reason: null, detail: null, method: 'POST' },
    ...{ path: '/in/a', query: '', headers: '[]', ip: '127.0.0.1', content_type: null, event_type: null, dedup_key: null, run_ids: '[]' },
    ...{ reply_status: null, took_ms: null, received_at: now, body_bytes: 0, body: null, form: null, verified: null, origin: null },
    ...part,
  })

  const entry = (part: Partial<NewEntry> = {}): NewEntry => ({
    ...{ id: ids.make('entry'), application_id: app, listener_id: 'lst_1', request_id: null, field: 'photo', name: 'a.png' },
    ...{ content_type: 'image/png', bytes: 3, sha256: 'f'.repeat(64), created_at: now },
    ...part,
  })

  /** A file that is written and synced, and that nobody named. */
  const written = async (bytes: Uint8Array): Promise<NewEntry> => {
    const row = entry({ bytes: bytes.length })
    const writer = await store.files.create(row.id)
    for (let at = 0; at < bytes.length; at += 60_000) await writer.write(bytes.subarray(at, at + 60_000))
    await writer.finish()
    return row
  }

  const run = (part: Partial<NewRun> = {}): NewRun => ({
    ...{ id: ids.make('run'), application_id: app, flow_id: 'flow_1', version: 1, trigger: 'webhook', request_id: null, key: 'k' },
    ...{ tags: null, created_at: now, input: null, meta: '{}', answer_by: null },
    ...part,
  })

  const commit = (id: RunId, part: Partial<RunCommit> = {}): RunCommit => ({
    ...{
      run: id,
      rev: 0,
      application: { id: app, version: 0 },
      status: 'running',
      parkedOn: null,
      waitMs: null,
      finishedAt: null,
      errorCode: null,
    },
    ...{ reply: null, state: '{"at":1}', steps: '[1]', faults: '[2]', meta: '{"m":3}' },
    ...{ messages: [], runs: [], deliveries: [], reopen: null },
    ...part,
  })

  const attempt = (task: Pick<Task, 'delivery' | 'manual'>, part: Partial<NewAttempt> = {}): NewAttempt => ({
    ...{ id: ids.make('atmpt'), application_id: app, delivery_id: task.delivery, endpoint_id: null, message_id: null, event_type: 'a.b' },
    ...{ n: 1, manual: task.manual ? 1 : 0, ok: 0, started_at: now, duration_ms: 12, url: 'https://example.com/', status: 500 },
    ...{ failure: 'status', detail: null, phases: '{}', request_headers: '{}', response_headers: null, response_truncated: 0 },
    ...{ response_body: Buffer.from('no'), request_bytes: null, request_body: null },
    ...part,
  })

  const version = async () => (await world.application(app)).version

  const scene = {
    ...{ ...subject, app, session, ids, operation, entry, written, delivery, message, request, run, commit, attempt },
    /** The application as a commit names it. */
    application: async () => ({ id: app, version: await version() }),
    async advance(ms: number) {
      await subject.advance(ms)
      now = await subject.now()
    },
    async openSession(takes?: SessionTakes): Promise<SessionId> {
      const id = ids.make('ses')
      await store.openSession(id, takes)
      return id
    },
    async endpoint(): Promise<EndpointId> {
      const id = ids.make('ep')
      await world.addEndpoint(id, app)
      return id
    },
    /** Accepts one message to some lanes, and tells the deliveries beside what the store answered. */
    async send(lanes: readonly LaneId[], who: SessionId = session) {
      const sent = message(lanes)
      const answer = await store.accept(who, [operation({ application: { id: app, version: await version() }, messages: [sent] })])
      expect(answer.results).toEqual([{ kind: 'accepted' }])
      return { ...answer, message: sent, deliveries: sent.deliveries.map((one) => one.id) }
    },
    /** Accepts one run without a request. */
    async start(part: Partial<NewRun> = {}, who: SessionId = session): Promise<RunId> {
      const started = run(part)
      const { results } = await store.accept(who, [operation({ application: { id: app, version: await version() }, runs: [started] })])
      expect(results).toEqual([{ kind: 'accepted' }])
      return started.id
    },
    /** Parks a run on a step's delivery. Returns the delivery's task. */
    async park(id: RunId, rev = 0): Promise<Task> {
      const step = delivery('flow_1/notify')
      const parked = commit(id, { rev, status: 'waiting', parkedOn: step.id, deliveries: [step] })
      const { results, tasks } = await store.commitRuns(session, [parked])
      expect(results).toEqual([{ kind: 'committed', rev: rev + 1 }])
      const inserted = tasks.find((task) => task.delivery === step.id)
      if (inserted !== undefined) return inserted
      const [kept] = await world.tasks(step.id)
      return { lane: kept!.lane, due: kept!.due, delivery: step.id, manual: false }
    },
    async settle(settlement: Settlement, update: LaneUpdate | null = null, who: SessionId = session) {
      const [result] = await store.settle(who, [settlement], update === null ? [] : [update])
      return result!
    },
    /** All tasks that are due, taken by a session of their own, which then lets go. */
    async due(): Promise<readonly Task[]> {
      const reader = await scene.openSession()
      const { lanes, tasks } = await store.claim(reader, 1000, 1000)
      await store.release(
        reader,
        lanes.map((lane) => lane.lane),
      )
      await store.closeSession(reader)
      return tasks
    },
  }
  return scene
}

export function delivered(task: Task, attempt: NewAttempt | null): Settlement {
  return { task, attempt, next: { kind: 'end', status: 'delivered', failure: null }, wake: null }
}

export function failed(task: Task, attempt: NewAttempt | null): Settlement {
  return { task, attempt, next: { kind: 'end', status: 'failed', failure: 'exhausted' }, wake: null }
}

export function retry(task: Task, attempt: NewAttempt, waitMs = 60_000): Settlement {
  return { task, attempt, next: { kind: 'retry', waitMs, retryInSeen: false }, wake: null }
}

export function laneUpdate(lane: LaneId, part: Partial<LaneUpdate> = {}): LaneUpdate {
  return { lane, failures: 0, circuitInMs: 0, blockedInMs: 0, stop: null, ...part }
}

export function auditEntry(scene: Pick<Scene, 'ids' | 'app'>, action: string): AuditEntry {
  const id = scene.ids.make('aud')
  return { id, at: 5, application: scene.app, actor: 'system', action, target: 't', before: null, after: null, ip: null }
}

/** Times differ by what the database's own clock ran meanwhile. */
export function expectNear(actual: number | null | undefined, expected: number): void {
  expect(actual).toBeTypeOf('number')
  expect(Math.abs(actual! - expected), `${actual} near ${expected}`).toBeLessThan(5000)
}

export function deliveriesOf(tasks: readonly Task[]): DeliveryId[] {
  return tasks.map((task) => task.delivery)
}
