import type { Clock, Timer } from '#platform'
import type { LinkOptions } from './thread-link.ts'
import { ThreadLink } from './thread-link.ts'
import type { ReadOrder } from './protocol.ts'
import { withBuffers } from './with-buffers.ts'

type Order = ReadOrder | { readonly kind: 'close' }

export interface LazyReadsOptions {
  readonly link: LinkOptions
  readonly clock: Clock
}

/** A thread that nobody asks for so long ends: it takes 15 MB. */
const IDLE_MS = 60_000

/**
 * A thread that reads, there only while somebody asks for it.
 *
 *   none --read()--> open --idle for a minute--> none
 *   any  --close()--> closed
 */
export class LazyReads {
  readonly #options: LazyReadsOptions
  #link: ThreadLink<Order> | undefined
  #underWay = 0
  #idle: Timer | undefined

  constructor(options: LazyReadsOptions) {
    this.#options = options
  }

  async read(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    this.#idle?.cancel()
    const link = (this.#link ??= this.#open())
    this.#underWay++
    try {
      await link.ready
      return withBuffers((await link.ask({ kind: 'read', sql, parameters })) as unknown[])
    } finally {
      if (--this.#underWay === 0) this.#idle = this.#options.clock.after(IDLE_MS, () => void this.close())
    }
  }

  /** One that cannot begin is not kept: the next read starts another. */
  #open(): ThreadLink<Order> {
    const link = new ThreadLink<Order>(this.#options.link)
    link.ready.catch(() => {
      if (this.#link === link) this.#link = undefined
    })
    return link
  }

  /** Ends the thread, if there is one. A read that comes later starts another. */
  async close(): Promise<void> {
    this.#idle?.cancel()
    const link = this.#link
    this.#link = undefined
    // One that could not begin has ended by itself.
    await link?.ready.then(
      () => link.close({ kind: 'close' }),
      () => undefined,
    )
  }
}
