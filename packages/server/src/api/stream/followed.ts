import type { StreamEventOut, StreamTopic } from '@posthorn/contract'
import { firstIdAt, type ApplicationId } from '#domain'
import type { ApplicationSnapshot, DeliveryHead, RunHead, ShownMessage } from '#store'
import type { ApiDeps } from '../deps.ts'
import { endpointJson } from '../endpoint/endpoint-row.ts'
import { FollowedLog, OVERLAP_MS, ROWS_MAX } from './followed-log.ts'
import { deliveryTopic, messageTopic, requestTopic, runTopic, type AnsweredRequest } from './log-topics.ts'
import type { Subscription, StreamedEvent } from './subscription.ts'

/** What was sent last is kept for who comes back. */
const RECENT_MAX = 1000
const RECENT_CHARACTERS_MAX = 1024 * 1024

/**
 * One application that is listened to: each look reads the store, whichever process wrote there, and sends what is new or changed since
 * the look before. Events are numbered, so that who comes back hears what came meanwhile.
 *
 *   new --first look, which sends nothing--> followed --the application is deleted--> gone
 */
export class Followed {
  readonly id: ApplicationId
  readonly listeners = new Set<Subscription>()
  readonly #deps: ApiDeps
  /** Numbers of another process, or of an earlier time, mean nothing here. */
  readonly #name: string
  readonly #requests: FollowedLog<AnsweredRequest>
  readonly #runs: FollowedLog<RunHead>
  readonly #messages: FollowedLog<ShownMessage>
  readonly #deliveries: FollowedLog<DeliveryHead>
  #seen: ApplicationSnapshot | undefined
  #since: number | undefined
  #number = 0
  #recent: StreamedEvent[] = []
  #recentCharacters = 0
  #looking: Promise<boolean> | undefined

  constructor(deps: ApiDeps, id: ApplicationId) {
    this.id = id
    this.#deps = deps
    this.#name = Buffer.from(deps.random.fill(new Uint8Array(6))).toString('base64url')
    this.#requests = new FollowedLog(requestTopic(deps))
    this.#runs = new FollowedLog(runTopic(deps))
    this.#messages = new FollowedLog(messageTopic(deps))
    this.#deliveries = new FollowedLog(deliveryTopic(deps))
  }

  /** The place behind what was sent, as a client sends it back. */
  place(): string {
    return `${this.#name}.${this.#number}`
  }

  /** What was sent behind a place; what cannot be known any more is a gap. */
  since(place: string, topics: ReadonlySet<StreamTopic>): readonly StreamedEvent[] {
    const [name, text] = place.split('.')
    const number = Number(text)
    const first = this.#recent[0]?.number ?? this.#number + 1
    const isHere = name === this.#name && number >= first - 1 && number <= this.#number
    return isHere ? this.#recent.filter((one) => one.number > number) : [this.#event({ topic: 'gap', of: [...topics] }, [...topics])]
  }

  /** Looks once, and notifies those who listen; false: the application is gone. Who asks during a look shares it. */
  look(): Promise<boolean> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)))
  }

  async #look(): Promise<boolean> {
    const { config, clock, store } = this.#deps
    const application = await config.application(this.id)
    if (application === undefined) return false
    const now = clock.now()
    const [since, look] = [this.#since, { application: this.id, since: this.#since }]
    // What was tried may be old, and what waited for it too: from what changed it is known where else to look.
    const from = firstIdAt('atmpt', (since ?? now) - OVERLAP_MS)
    const tried = await store.logs.attempts.tried(this.id, { order: 'desc', beyond: null, from, limit: ROWS_MAX })
    const deliveries = await this.#deliveries.look({ ...look, also: tried }, now)
    const messages = await this.#messages.look({ ...look, also: [] }, now)
    const runs = await this.#runs.look({ ...look, also: deliveries.rows.flatMap(({ run_id }) => run_id ?? []) }, now)
    const requests = await this.#requests.look({ ...look, also: runs.rows.flatMap(({ request_id }) => request_id ?? []) }, now)
    const events = [
      ...this.#requests.events(requests, application),
      ...this.#runs.events(runs, application),
      ...this.#messages.events(messages, application),
      ...this.#deliveries.events(deliveries, application),
      ...changedEndpoints(this.#seen, application),
    ]
    this.#seen = application
    this.#since = now
    const published = events.map((event) => this.#publish(event))
    for (const listener of this.listeners) listener.offer(published)
    return true
  }

  #publish(event: StreamEventOut): StreamedEvent {
    this.#number++
    const published = this.#event(event, event.topic === 'gap' ? event.of : [event.topic])
    this.#recent.push(published)
    this.#recentCharacters += published.text.length
    while (this.#recent.length > RECENT_MAX || this.#recentCharacters > RECENT_CHARACTERS_MAX)
      this.#recentCharacters -= this.#recent.shift()!.text.length
    return published
  }

  #event(event: StreamEventOut, topics: readonly StreamTopic[]): StreamedEvent {
    const ofStep = event.topic === 'delivery' && event.row?.stepId != null
    return { topics, ofStep, number: this.#number, text: `id: ${this.place()}\ndata: ${JSON.stringify(event)}\n\n` }
  }
}

/** Endpoints are configuration, which stands in memory. */
function changedEndpoints(before: ApplicationSnapshot | undefined, now: ApplicationSnapshot): StreamEventOut[] {
  if (before === undefined || before === now) return []
  const old = new Map(before.endpoints.map((row) => [row.id, row]))
  const changed = now.endpoints.filter((row) => {
    const one = old.get(row.id)
    old.delete(row.id)
    return one?.updated_at !== row.updated_at || one.state !== row.state
  })
  return [
    ...changed.map((row): StreamEventOut => ({ topic: 'endpoint', id: row.id, row: endpointJson(row) })),
    ...[...old.keys()].map((id): StreamEventOut => ({ topic: 'endpoint', id, row: null })),
  ]
}
