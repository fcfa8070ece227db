import type { TrailOut } from '@posthorn/contract'
import { firstIdAt, isId, limits } from '#domain'
import { messageThatStarted } from '#flows'
import { anyDelivery, type ApplicationSnapshot, type DeliveryHead, type StoredMessage, type StoredRequest, type StoredRun } from '#store'
import type { ApiDeps } from '../deps.ts'

type Deps = Pick<ApiDeps, 'store' | 'clock'>
type Message = Omit<StoredMessage, 'payload'>

/** What one call shows, at most. */
const RUNS_MAX = 20
const MESSAGES_MAX = 50
const DELIVERIES_MAX = 100
/** Of all runs together, as characters that are looked through on the event loop. */
const RECORDS_MAX = 4 * 1024 * 1024
/** A run that an event starts is committed with it; its id is made in the same moment, or when the commit is made anew. */
const SAME_COMMIT_MS = 10_000

/** The parts of one event's way, found from any of them. */
export class Trail {
  here: TrailOut['here'] | undefined
  request: StoredRequest | null = null
  readonly runs = new Map<string, StoredRun>()
  readonly messages = new Map<string, Message>()
  readonly deliveries = new Map<string, DeliveryHead>()
  complete = true
  #records = 0
  readonly #deps: Deps
  readonly #application: ApplicationSnapshot

  constructor(deps: Deps, application: ApplicationSnapshot) {
    this.#deps = deps
    this.#application = application
  }

  /** False: the id names nothing of this application. */
  async follow(id: string): Promise<boolean> {
    const { logs } = this.#deps.store
    const { id: application } = this.#application
    if (isId('req', id)) {
      this.request = (await logs.requests.find(application, id)) ?? null
      if (this.request !== null) await this.#ofRequest(this.request)
      return this.#found('request', id, this.request)
    }
    if (isId('run', id)) {
      const run = await logs.runs.find(application, id)
      if (run !== undefined) await Promise.all([this.#causeOfRun(run), this.#ofRun(run)])
      return this.#found('run', id, run)
    }
    if (isId('msg', id)) {
      const message = await logs.messages.find(application, id)
      if (message !== undefined) await Promise.all([this.#causeOfMessage(message), this.#ofMessage(message)])
      return this.#found('message', id, message)
    }
    const attempted = isId('atmpt', id) ? await logs.attempts.deliveryOf(id) : undefined
    const delivery = await logs.deliveries.find(application, attempted ?? id, this.#deps.clock.now())
    if (delivery !== undefined) await this.#ofDelivery(delivery)
    return this.#found(attempted === undefined ? 'delivery' : 'attempt', id, delivery)
  }

  #found(kind: TrailOut['here']['kind'], id: string, row: object | null | undefined): boolean {
    this.here = { kind, id }
    return row !== null && row !== undefined
  }

  // ---- towards the cause

  async #ofDelivery(delivery: DeliveryHead): Promise<void> {
    const { logs } = this.#deps.store
    this.deliveries.set(delivery.id, delivery)
    const message = delivery.message_id === null ? undefined : await logs.messages.find(this.#application.id, delivery.message_id)
    if (message !== undefined) return this.#causeOfMessage(message)
    const run = delivery.run_id === null ? undefined : await logs.runs.find(this.#application.id, delivery.run_id)
    if (run !== undefined) await this.#causeOfRun(run)
  }

  /** A chain of flows that start each other is no longer than its limit. */
  async #causeOfMessage(message: Message): Promise<void> {
    this.messages.set(message.id, message)
    const known = message.run_id === null || this.runs.has(message.run_id) || this.runs.size > limits.runChainMax
    const run = known ? undefined : await this.#deps.store.logs.runs.find(this.#application.id, message.run_id!)
    if (run !== undefined) await this.#causeOfRun(run)
  }

  async #causeOfRun(run: StoredRun): Promise<void> {
    const { logs } = this.#deps.store
    this.runs.set(run.id, run)
    if (run.request_id !== null) this.request = (await logs.requests.find(this.#application.id, run.request_id)) ?? null
    const started = messageThatStarted(run)
    const message = started === null ? undefined : await logs.messages.find(this.#application.id, started)
    if (message !== undefined) await this.#causeOfMessage(message)
  }

  // ---- towards what was caused

  async #ofRequest({ run_ids }: StoredRequest): Promise<void> {
    for (const id of JSON.parse(run_ids) as string[]) {
      const run = this.#isFull(this.runs, RUNS_MAX) ? undefined : await this.#deps.store.logs.runs.find(this.#application.id, id)
      if (run !== undefined) await this.#ofRun(run)
    }
  }

  async #ofRun(run: StoredRun): Promise<void> {
    this.runs.set(run.id, run)
    for (const delivery of await this.#deliveriesOf({ runId: run.id })) this.deliveries.set(delivery.id, delivery)
    const emitted = this.#emittedBy(run).filter((id) => !this.messages.has(id))
    const room = MESSAGES_MAX - this.messages.size
    if (emitted.length > room) this.complete = false
    for (const id of emitted.slice(0, Math.max(0, room))) {
      const message = await this.#deps.store.logs.messages.find(this.#application.id, id)
      // What steps made stands there too, and may say anything.
      if (message?.run_id === run.id) await this.#ofMessage(message)
    }
  }

  async #ofMessage(message: Message): Promise<void> {
    this.messages.set(message.id, message)
    for (const delivery of await this.#deliveriesOf({ messageId: message.id })) this.deliveries.set(delivery.id, delivery)
    for (const run of await this.#startedBy(message)) if (!this.runs.has(run.id)) await this.#ofRun(run)
  }

  /** As the records of its steps say. Looked for in the text, which may be megabytes of what the steps made. */
  #emittedBy({ steps }: StoredRun): string[] {
    this.#records += steps.length
    if (this.#records > RECORDS_MAX) {
      this.complete = false
      return []
    }
    return [...steps.matchAll(/"made":"(msg_\w{22})"/g)].map(([, id]) => id!)
  }

  /** Runs that an event starts have its id as their key. */
  async #startedBy({ id, event_id, created_at }: Message): Promise<StoredRun[]> {
    const { logs } = this.#deps.store
    const found: StoredRun[] = []
    const [from, until] = [firstIdAt('run', created_at - SAME_COMMIT_MS), firstIdAt('run', created_at + SAME_COMMIT_MS)]
    for (const { id: flow } of this.#application.flows) {
      const filter = { flow, trigger: 'event', key: event_id ?? id }
      for (const head of await logs.runs.list(filter, { order: 'asc', beyond: null, from, until, limit: RUNS_MAX })) {
        if (this.runs.has(head.id)) continue
        if (this.#isFull(this.runs, RUNS_MAX)) return found
        const run = await logs.runs.find(this.#application.id, head.id)
        // Another event may have the same id of its sender's.
        if (run !== undefined && messageThatStarted(run) === id) found.push(run)
      }
    }
    return found
  }

  async #deliveriesOf(of: { readonly messageId: string } | { readonly runId: string }): Promise<readonly DeliveryHead[]> {
    const { store, clock } = this.#deps
    const room = DELIVERIES_MAX - this.deliveries.size
    if (room <= 0) {
      this.complete = false
      return []
    }
    const application = this.#application.id
    const scan = { application, filter: { ...anyDelivery, ...of }, order: 'asc', beyond: null, shownAt: clock.now() } as const
    const { rows } = await store.logs.deliveries.search(scan, room + 1)
    if (rows.length > room) this.complete = false
    return rows.slice(0, room)
  }

  #isFull(parts: ReadonlyMap<string, unknown>, most: number): boolean {
    if (parts.size < most) return false
    this.complete = false
    return true
  }
}
