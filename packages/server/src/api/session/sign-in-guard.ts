import { networkOf } from '#ingest'
import type { Clock } from '#platform'
import { RateLimited } from '../caller/rate-limited.ts'

interface Failures {
  count: number
  /** Monotonic: when the next try is taken. */
  until: number
  /** When all this is forgotten. */
  forgetAt: number
}

/** Wrong passwords that cost nothing but themselves; behind them the wait doubles with each. */
const FREE = { account: 5, network: 20 } as const
const FIRST_WAIT_MS = 1000
const WAIT_MS_MAX = 5 * 60_000
const FORGET_MS = 15 * 60_000
const KNOWN_MAX = 20_000

/**
 * Slows down who guesses passwords, by the account they guess at and by the network they come from. Tries are counted when they begin,
 * so that two hundred at once are not each the first, and forgiven when they were right. An address that is nobody's counts like one that
 * is a member's. It is this process's memory: of several processes each counts its own.
 */
export class SignInGuard {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** Throws while the account or the network has to wait. What it returns is to be called if the password was right. */
  begin(email: string, address: string): () => void {
    const [account, network] = [`account ${email}`, `network ${networkOf(address)}`]
    const now = this.#clock.monotonic()
    const until = Math.max(this.#failures.get(account)?.until ?? 0, this.#failures.get(network)?.until ?? 0)
    if (until > now) {
      const seconds = Math.ceil((until - now) / 1000)
      throw new RateLimited(`There were too many failed sign-ins. Try again in ${seconds} s.`, seconds)
    }
    this.#count(account, FREE.account, now)
    this.#count(network, FREE.network, now)
    return () => {
      this.#failures.delete(account)
      // Others behind the same address may still be guessing.
      const one = this.#failures.get(network)
      if (one !== undefined) Object.assign(one, { count: one.count - 1, until: 0 })
    }
  }

  #count(name: string, free: number, now: number): void {
    const before = this.#failures.get(name)
    const count = before === undefined || before.forgetAt <= now ? 1 : before.count + 1
    const waitMs = count < free ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - free), WAIT_MS_MAX)
    // Behind all others, so that the first of the map is the one that was heard of least lately.
    this.#failures.delete(name)
    if (this.#failures.size >= KNOWN_MAX) this.#failures.delete(this.#failures.keys().next().value!)
    this.#failures.set(name, { count, until: now + waitMs, forgetAt: now + waitMs + FORGET_MS })
  }
}
