import type { StreamTopic } from '@posthorn/contract'
import { AppError, type ApplicationId } from '#domain'
import type { Timer } from '#platform'
import type { ApiDeps } from '../deps.ts'
import { RateLimited } from '../caller/rate-limited.ts'
import { Followed } from './followed.ts'
import { Subscription } from './subscription.ts'

const STREAMS_MAX = 200
/** Of one key or one person. */
const STREAMS_OF_CALLER_MAX = 20
/** Where another process wrote, a look finds it after so long at most. */
const EVERY_MS = 200
/** What this process commits is looked for at once, but not more often. */
const APART_MS = 50
/** Looking takes one tenth of the time at most: a busy server sends later, and is not made slower. */
const REST = 9
/** An application that nobody listens to is forgotten, and with it what was sent last. */
const FORGET_MS = 60_000
const RETRY_AFTER_SECONDS = 10

export interface Listener {
  readonly caller: string
  readonly topics: ReadonlySet<StreamTopic>
  /** Hears nothing of what steps of flows send. */
  readonly toEndpoints: boolean
  /** Where it left off. */
  readonly lastEventId: string | undefined
}

/**
 * Those who listen on this process. While there are any, the store is looked into again and again, so that what other processes do is sent
 * as well; what this one does is looked for at once.
 *
 *   still --somebody listens--> looking, in rounds --nobody listens any more--> still
 */
export class Streams {
  readonly #deps: ApiDeps
  readonly #followed = new Map<ApplicationId, Followed>()
  /** How many streams each caller has. */
  readonly #callers = new Map<string, number>()
  #open = 0
  #timer: Timer | undefined
  #isLooking = false
  #isWoken = false
  #restUntil = 0

  constructor(deps: ApiDeps) {
    this.#deps = deps
    deps.wakeUps.listen('committed', () => this.#wake())
    deps.store.onChange(() => this.#wake())
  }

  async subscribe(application: ApplicationId, { caller, topics, toEndpoints, lastEventId }: Listener): Promise<Subscription> {
    this.#enter(caller)
    try {
      const followed = await this.#lookedAt(application)
      // From here on everything is sent, and what was sent before can be asked for.
      const subscription = new Subscription({ clock: this.#deps.clock, topics, toEndpoints, place: () => followed.place() }, () => {
        followed.listeners.delete(subscription)
        this.#leave(caller)
        this.#deps.clock.after(FORGET_MS, () => this.#forget(followed))
      })
      if (lastEventId !== undefined) subscription.offer(followed.since(lastEventId, topics))
      followed.listeners.add(subscription)
      this.#wait()
      return subscription
    } catch (error) {
      this.#leave(caller)
      throw error
    }
  }

  /** Applications that are looked at, or were of late. */
  get size(): number {
    return this.#followed.size
  }

  #enter(caller: string): void {
    const ofCaller = this.#callers.get(caller) ?? 0
    if (ofCaller >= STREAMS_OF_CALLER_MAX) {
      const detail = `${STREAMS_OF_CALLER_MAX} streams of this key or person are open on this server. End one of them.`
      throw new RateLimited(detail, RETRY_AFTER_SECONDS)
    }
    if (this.#open >= STREAMS_MAX)
      throw new AppError('overloaded', { detail: `${STREAMS_MAX} streams are open on this server. Try again later.` })
    this.#callers.set(caller, ofCaller + 1)
    this.#open++
  }

  #leave(caller: string): void {
    const left = this.#callers.get(caller)! - 1
    if (left > 0) this.#callers.set(caller, left)
    else this.#callers.delete(caller)
    this.#open--
  }

  async #lookedAt(application: ApplicationId): Promise<Followed> {
    for (;;) {
      const followed = this.#follow(application)
      const isThere = await followed.look().catch((error: unknown) => {
        this.#forget(followed)
        throw error
      })
      if (!isThere) {
        this.#forget(followed)
        throw new AppError('not_found')
      }
      // One that was forgotten meanwhile is looked at no more.
      if (this.#followed.get(application) === followed) return followed
    }
  }

  #follow(application: ApplicationId): Followed {
    let followed = this.#followed.get(application)
    if (followed === undefined) this.#followed.set(application, (followed = new Followed(this.#deps, application)))
    return followed
  }

  #forget(followed: Followed): void {
    if (followed.listeners.size === 0 && this.#followed.get(followed.id) === followed) this.#followed.delete(followed.id)
  }

  #wake(): void {
    if (this.#open === 0 || this.#isWoken) return
    this.#isWoken = true
    this.#wait()
  }

  /** Sees that a round begins in time. */
  #wait(): void {
    if (this.#isLooking || this.#open === 0) return
    const { clock } = this.#deps
    this.#timer?.cancel()
    const rest = this.#restUntil - clock.monotonic()
    this.#timer = clock.after(Math.max(0, this.#isWoken ? rest : Math.max(rest, EVERY_MS)), () => void this.#round())
  }

  async #round(): Promise<void> {
    const { clock, log } = this.#deps
    const begunAt = clock.monotonic()
    this.#isLooking = true
    this.#isWoken = false
    for (const followed of this.#followed.values()) {
      if (followed.listeners.size === 0) continue
      // What a look that failed would have sent is sent by the next one.
      const isThere = await followed
        .look()
        .catch((error: unknown) => log.warn('api.stream.not_looked', { error, application: followed.id }))
      if (isThere === false) this.#end(followed)
    }
    this.#isLooking = false
    const now = clock.monotonic()
    this.#restUntil = now + Math.max(APART_MS, (now - begunAt) * REST)
    this.#wait()
  }

  /** The application is gone. */
  #end(followed: Followed): void {
    this.#followed.delete(followed.id)
    for (const subscription of followed.listeners) subscription.end()
  }
}
