import type { Clock } from '../clock.ts'

/** How long a host that was reached shows that the way out works. */
const WORKS_MS = 60_000

/** So long a failure may be ours. Then the only host of a process that has no other is to blame for being dead. */
const DOUBTED_MS = 3 * 24 * 3_600_000

/**
 * Which hosts one way out led to of late (decisions/a-loss-of-our-way-out-is-no-receivers-fault). It hears of each response, so it keeps no
 * more than the last host, and when the last one but that was reached.
 */
export class HostsReached {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #startedAt: number
  #hostname = ''
  #at = -Infinity
  #otherAt = -Infinity

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    this.#startedAt = clock.monotonic()
  }

  note(hostname: string, at: number): void {
    if (hostname !== this.#hostname) {
      this.#otherAt = this.#at
      this.#hostname = hostname
    }
    this.#at = at
  }

  /** Whether another host than this one was reached within a minute: then the way out works. */
  hasOthers(hostname: string): boolean {
    const otherAt = hostname === this.#hostname ? this.#otherAt : this.#at
    return this.#clock.monotonic() - otherAt < WORKS_MS
  }

  /** Whether it may be the way out that fails, and not this host. */
  leavesInDoubt(hostname: string): boolean {
    return !this.hasOthers(hostname) && this.#clock.monotonic() - Math.max(this.#at, this.#startedAt) < DOUBTED_MS
  }
}
