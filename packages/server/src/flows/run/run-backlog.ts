import type { ApplicationId, RunId } from '#domain'
import type { HeldRun } from '#store'

/** A place in the list: what stands behind it comes next. Ids sort by it as they do in the store. */
type Place = string
const BEGINNING: Place = ''

/** Pages of a look, one after another, that give nothing; the next look goes on behind them. Somebody may have a hundred thousand runs there. */
const IDLE_PAGES_MAX = 8

/** A part of the list that is to be read. */
export interface Page {
  readonly after: RunId | null
  /** It is the next one of the look through all, not one of somebody who lacks runs. */
  readonly isOfLook: boolean
}

export interface PageRuns {
  readonly runs: readonly HeldRun[]
  /** Nothing stands behind them. */
  readonly isEnd: boolean
}

export interface Memory {
  /** It is there already, or is to be left alone. */
  knows(run: HeldRun): boolean
  /** Takes it in; false if there is no place for a run of its application. */
  take(run: HeldRun): boolean
}

/**
 * What is to be read of the store's list of this session's runs, oldest first, which memory had no place for. Of each application that lacks
 * some it knows from where on, so that its backlog is read once, page by page as its runs end, whatever stands before and between. A look
 * through all finds what nobody announced: the first one goes through at once, each later one a few pages at a time.
 *
 * What must hold: of an application in `#missing`, all that stands before its place is in memory or was left to the look; of any other, all is.
 */
export class RunBacklog {
  /** Of whom the list has runs that are not in memory, all behind the place. Who was read for last is last. */
  readonly #missing = new Map<ApplicationId, Place>()
  /** Of whom a run was missed since the page was asked for, that may not be on it: before the first such one. */
  readonly #missedSince = new Map<ApplicationId, Place>()
  #look: Place = BEGINNING
  #lookPagesLeft = Infinity
  #isFirstLook = true
  #wasOfLook = true
  #isResting = false

  /** There was no place for the run, or others of its application wait that came before it. */
  missed(application: ApplicationId, run: RunId): void {
    const place = this.#missing.get(application)
    // A text sorts behind what it begins with.
    const before = run.slice(0, -1)
    if (place === undefined || before < place) this.#missing.set(application, before)
    const since = this.#missedSince.get(application)
    if (since === undefined || before < since) this.#missedSince.set(application, before)
  }

  has(application: ApplicationId): boolean {
    return this.#missing.has(application)
  }

  /** Once in a while, because a wake-up may be lost. */
  lookOn(): void {
    this.#isResting = false
    this.#lookPagesLeft = this.#isFirstLook ? Infinity : IDLE_PAGES_MAX
  }

  /** The list cannot be read at present: nothing more before the next `lookOn`. */
  rest(): void {
    this.#isResting = true
  }

  clear(): void {
    this.#missing.clear()
    this.#look = BEGINNING
    this.#lookPagesLeft = Infinity
    this.#isFirstLook = true
  }

  /** The page to be read now, if any: for somebody of whom few runs are in memory, and in turns with that the look through all. */
  next(isLow: (application: ApplicationId) => boolean): Page | undefined {
    if (this.#isResting) return undefined
    this.#missedSince.clear()
    const isLookDue = this.#lookPagesLeft > 0
    const low = isLookDue && !this.#wasOfLook ? undefined : this.#firstOf(isLow)
    if (low === undefined && !isLookDue) return undefined
    this.#wasOfLook = low === undefined
    const start = low ?? this.#look
    return { after: start === BEGINNING ? null : (start as RunId), isOfLook: low === undefined }
  }

  /** Hands what a page gave to memory. True at the end of a look through all. */
  read({ after, isOfLook }: Page, { runs, isEnd }: PageRuns, memory: Memory): boolean {
    const start = after ?? BEGINNING
    const full = new Set<ApplicationId>()
    let took = false
    let before = start
    for (const one of runs) {
      // What comes after one that had no place waits as well, so that the runs of one application begin in their order.
      if (!memory.knows(one) && !full.has(one.application) && this.#goesOnAt(one.application, start)) {
        const since = this.#missedSince.get(one.application)
        // One that is not on the page may stand before it.
        if (!(since !== undefined && since < one.run) && memory.take(one)) took = true
        else {
          full.add(one.application)
          this.#missing.set(one.application, first(before, since))
        }
      }
      before = one.run
    }
    for (const [application, place] of this.#missing) {
      if (full.has(application) || !this.#goesOnAt(application, start)) continue
      const since = this.#missedSince.get(application)
      if (!isEnd) this.#missing.set(application, first(place < before ? before : place, since))
      else if (since === undefined) this.#missing.delete(application)
      else this.#missing.set(application, since)
    }
    return isOfLook && this.#looked(isEnd ? BEGINNING : before, took)
  }

  #firstOf(isLow: (application: ApplicationId) => boolean): Place | undefined {
    for (const [application, place] of this.#missing) {
      if (!isLow(application)) continue
      this.#missing.delete(application)
      this.#missing.set(application, place)
      return place
    }
    return undefined
  }

  /** Nothing of the application is missing before this place, so that what stands behind it is the next. */
  #goesOnAt(application: ApplicationId, start: Place): boolean {
    const place = this.#missing.get(application)
    return place === undefined || place >= start
  }

  #looked(to: Place, took: boolean): boolean {
    this.#look = to
    this.#lookPagesLeft = took ? Math.max(this.#lookPagesLeft, IDLE_PAGES_MAX) : this.#lookPagesLeft - 1
    if (to !== BEGINNING) return false
    this.#isFirstLook = false
    this.#lookPagesLeft = 0
    return true
  }
}

function first(place: Place, other: Place | undefined): Place {
  return other !== undefined && other < place ? other : place
}
