import type { LoadedRun } from '#store'

/**
 * Places of runs in memory and under way, by application: within one first in, first out, and applications take turns. Each may have as many as
 * are left free for others, so that one alone has half of them and there is always one for somebody new. With one line for all, an
 * application whose runs wait for a process held every place for minutes, and nobody else's began.
 */
export class RunPlaces {
  readonly #max: RunPlacesMax
  readonly #shares = new Map<string, Share>()
  /** Whose runs wait: a Set iterates in order of insertion, and who had a turn goes to the end. */
  readonly #turns = new Set<Share>()
  #known = 0
  #bytes = 0
  #waiting = 0
  #underWay = 0

  constructor(max: RunPlacesMax) {
    this.#max = max
  }

  get waiting(): number {
    return this.#waiting
  }

  get underWay(): number {
    return this.#underWay
  }

  get isFull(): boolean {
    return this.#known >= this.#max.known || this.#bytes >= this.#max.bytes
  }

  /** Whether one more run of the application may come into memory. */
  admits(application: string): boolean {
    return this.#holdsLess(application, 1)
  }

  /** Whether so many of its runs have left memory that it is worth while to read others. */
  isLow(application: string): boolean {
    return this.#holdsLess(application, 2)
  }

  /** A run comes into memory; it may have to be read first. */
  enter(application: string): void {
    this.#shareOf(application).known++
    this.#known++
  }

  /** It was not there to be run. */
  leave(application: string): void {
    const share = this.#shareOf(application)
    share.known--
    this.#known--
    this.#drop(share)
  }

  /** A run that is in memory waits for its turn. */
  wait(loaded: LoadedRun): void {
    const share = this.#shareOf(loaded.run.application_id)
    const bytes = bytesOf(loaded)
    share.waiting.push(loaded)
    share.bytes += bytes
    this.#bytes += bytes
    this.#waiting++
    this.#turns.add(share)
  }

  /** The next one is under way from now on; undefined if none waits whose application may have a place. */
  start(): LoadedRun | undefined {
    const free = this.#max.underWay - this.#underWay
    for (const share of this.#turns) {
      if (share.underWay >= free) continue
      const loaded = share.waiting[share.head]!
      share.waiting[share.head++] = undefined as never // what ran is not kept alive by the queue
      const isLast = share.head === share.waiting.length
      if (isLast || share.head === COMPACT_AT) shorten(share)
      if (isLast || this.#turns.size > 1) this.#turns.delete(share)
      if (!isLast) this.#turns.add(share)
      share.underWay++
      this.#underWay++
      this.#waiting--
      return loaded
    }
    return undefined
  }

  /** `isKnown`: memory was not cleared since it came. */
  end(loaded: LoadedRun, isKnown: boolean): void {
    const share = this.#shareOf(loaded.run.application_id)
    share.underWay--
    this.#underWay--
    if (isKnown) {
      const bytes = bytesOf(loaded)
      share.bytes -= bytes
      this.#bytes -= bytes
      share.known--
      this.#known--
    }
    this.#drop(share)
  }

  /** What waits is forgotten, and what is under way holds nothing but its place. */
  clear(): void {
    for (const share of this.#shares.values()) {
      share.known = 0
      share.bytes = 0
      share.waiting = []
      share.head = 0
      this.#drop(share)
    }
    this.#turns.clear()
    this.#known = 0
    this.#bytes = 0
    this.#waiting = 0
  }

  #holdsLess(application: string, times: number): boolean {
    const { known, bytes } = this.#shares.get(application) ?? nothing
    return known * times < this.#max.known - this.#known && bytes * times < this.#max.bytes - this.#bytes
  }

  #shareOf(application: string): Share {
    let share = this.#shares.get(application)
    if (share === undefined) {
      share = { application, known: 0, bytes: 0, underWay: 0, waiting: [], head: 0 }
      this.#shares.set(application, share)
    }
    return share
  }

  #drop({ application, known, underWay }: Share): void {
    if (known === 0 && underWay === 0) this.#shares.delete(application)
  }
}

export interface RunPlacesMax {
  /** Being read, waiting or under way. */
  readonly known: number
  /** Of their requests. */
  readonly bytes: number
  readonly underWay: number
}

interface Share {
  readonly application: string
  known: number
  bytes: number
  underWay: number
  waiting: LoadedRun[]
  /** Those before it have begun. */
  head: number
}

/** After so many have begun, their empty places go. */
const COMPACT_AT = 1024

function shorten(share: Share): void {
  share.waiting.splice(0, share.head)
  share.head = 0
}

const nothing = { known: 0, bytes: 0 }

function bytesOf({ run, request }: LoadedRun): number {
  return 1000 + (request?.body?.length ?? 0) + (run.input?.length ?? 0) + run.steps.length
}
