import assert from 'node:assert/strict'
import type { Ids, SessionId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import { CommitUnknownError, TAKES_ALL, type HeldRun, type PeerBeat, type SessionTakes, type Store } from '#store'
import { PeerWatch } from './peer-watch.ts'

export interface SessionOptions {
  readonly store: Pick<Store, 'isShared' | 'openSession' | 'beat' | 'reap' | 'closeSession' | 'freeLanes' | 'adoptRuns' | 'onHint'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'info' | 'warn'>
  /** Unfinished runs that are this session's from now on. The next ones are adopted when its promise resolves. */
  readonly onAdopted: (runs: readonly HeldRun[]) => void | Promise<void>
  /** Absent: all work. */
  readonly takes?: SessionTakes
  /** Called once for each lost life, synchronously: destroy sockets, forget lanes, tasks and runs of `lost`. `id` may change after it. */
  readonly onLost: (lost: SessionId) => void
  /** A newer program has changed the store so that this one must not work on beside it: called with each beat that says so. */
  readonly onEnded?: (migration: string) => void
}

const BEAT_MS = 1000
/** A process acts no more this long after it sent its last good beat. One second before a peer may call it dead. */
const SILENT_MS = 4000
/** Lanes that are freed, and runs that are adopted, in one statement. */
const CHUNK_ROWS = 256

/**
 * A process's life in the store. It owns lanes and runs under the session's id while it beats.
 *
 *   opening --the store has opened it--> alive
 *   alive   --four seconds without a good beat, or reaped--> opening, as a new id: the old life is lost
 *   any     --stop()--> stopped: closed by itself, lanes freed, so that others go on at once
 *
 * What must hold: `mayAct` only while `alive`; `onLost` is called once for each life that was alive and is lost, before there is another id; the
 * lost one (`#orphan`) is closed and freed before the next is opened; what is learnt under one id is not acted on under another.
 *
 * A lost life never comes back: rooms drop all that they hold, sockets are destroyed, and what was owned is freed and adopted as
 * if another process had died, also by this process under its new id. So there is one case to get right, not two.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #takes: SessionTakes
  /** An embedded store is this process's alone: nobody takes over, so silence costs nothing. */
  readonly #peers = new PeerWatch()
  readonly #reapSoon: () => void
  readonly #adoptSoon: () => void
  #id: SessionId
  #mode: 'opening' | 'alive' | 'stopped' = 'opening'
  /** When the last good beat was sent, by either clock. */
  #sentMonotonic = 0
  #sentWall = 0
  /** Our own former life, to be closed as soon as the store answers. */
  #orphan: SessionId | undefined
  #dead: readonly PeerBeat[] = []
  #senders = 1
  #beating: Promise<void> | undefined
  #nextBeatAt = 0
  #timer: Timer | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.#takes = options.takes ?? TAKES_ALL
    this.#id = options.ids.make('ses')
    this.#reapSoon = this.#inTurn('reap', () => this.#reap())
    this.#adoptSoon = this.#inTurn('adopt', () => this.#adopt())
    options.store.onHint(({ runs }) => {
      if (runs && this.#takesRuns) this.#adoptSoon()
    })
  }

  /** The id of the present life. Keep it with what was claimed or accepted under it, and settle under that one. */
  get id(): SessionId {
    return this.#id
  }

  /** Sessions that were alive at the last beat and send, this one among them. They share what an application may send. */
  get senders(): number {
    return this.#senders
  }

  /**
   * Ask before each send. False from four seconds after the last good beat was sent, by either clock, and while no life is open;
   * true again after the next good beat if only wall time said so.
   */
  mayAct(): boolean {
    return this.#mode === 'alive' && !this.#isSilent && !this.#hasSlept
  }

  /** Opens, beats, frees and adopts what dead sessions left. Rejects if the store cannot be reached; a lost answer to the adoption is no reason. */
  async start(): Promise<void> {
    assert(this.#mode === 'opening' && this.#timer === undefined, 'a session starts once')
    await this.#open()
    this.#tick()
    if (!this.#takes.runs) return
    await this.#adopt().catch(this.#unheard('adopt'))
  }

  /** Closes the session and frees its lanes. Stop the rooms first. */
  async stop(): Promise<void> {
    if (this.#mode === 'stopped') return
    this.#mode = 'stopped'
    this.#timer?.cancel()
    await this.#beating
    try {
      for (const last of this.#orphan === undefined ? [this.#id] : [this.#orphan, this.#id]) await this.#close(last)
    } catch (error) {
      this.#options.log.warn('store.session.close_failed', { session: this.#id, error })
    }
  }

  get #isSilent(): boolean {
    return this.#options.store.isShared && this.#options.clock.monotonic() - this.#sentMonotonic >= SILENT_MS
  }

  /** Wall time sees what monotonic time sleeps through (a suspended machine). As it also jumps, it pauses a life and never ends one. */
  get #hasSlept(): boolean {
    return this.#options.store.isShared && this.#options.clock.now() - this.#sentWall >= SILENT_MS
  }

  get #takesRuns(): boolean {
    return this.#mode === 'alive' && this.#takes.runs
  }

  /** Looks four times a second, so that silence is noticed in time even while a beat hangs, and that runs of nobody start soon. */
  readonly #tick = (): void => {
    if (this.#mode === 'stopped') return
    const { clock } = this.#options
    if (this.#mode === 'alive' && this.#isSilent) this.#lose('silent')
    if (this.#takesRuns) this.#adoptSoon()
    if (this.#beating === undefined && clock.monotonic() >= this.#nextBeatAt) {
      this.#nextBeatAt = clock.monotonic() + BEAT_MS
      this.#beating = this.#pulse()
    }
    this.#timer = clock.after(BEAT_MS / 4, this.#tick)
  }

  async #pulse(): Promise<void> {
    try {
      await (this.#mode === 'alive' ? this.#beat() : this.#openAnew())
    } catch (error) {
      this.#options.log.warn('store.session.beat_failed', { session: this.#id, error })
      this.#nextBeatAt = 0 // the next tick tries again: a life is short
    } finally {
      this.#beating = undefined
    }
  }

  /** Begins a life. The first beat counts from before it was opened. */
  async #open(): Promise<void> {
    const { store, clock, log } = this.#options
    const monotonic = clock.monotonic()
    const wall = clock.now()
    await store.openSession(this.#id, this.#takes)
    if (this.#mode === 'stopped') return
    assert(this.#mode === 'opening' && this.#orphan === undefined, 'one life at a time')
    this.#sentMonotonic = monotonic
    this.#sentWall = wall
    this.#mode = 'alive'
    this.#peers.forget()
    log.info('store.session.opened', { session: this.#id })
  }

  async #openAnew(): Promise<void> {
    if (this.#orphan !== undefined) {
      await this.#close(this.#orphan)
      this.#orphan = undefined
    }
    await this.#open()
  }

  async #beat(): Promise<void> {
    const { store, clock } = this.#options
    const session = this.#id
    const monotonic = clock.monotonic()
    const wall = clock.now()
    const { alive, peers, endedBy } = await store.beat(session)
    if (endedBy !== undefined) this.#options.onEnded?.(endedBy)
    if (session !== this.#id || this.#mode === 'stopped') return
    if (!alive) return this.#lose('reaped')
    // The answer may have taken longer than a life lasts: what was lost meanwhile stays lost.
    if (this.#isSilent) return this.#lose('silent')
    this.#sentMonotonic = monotonic
    this.#sentWall = wall
    this.#dead = this.#peers.look(peers, clock.monotonic())
    this.#senders = 1 + peers.filter((peer) => peer.sends).length
    if (this.#dead.length > 0) this.#reapSoon()
  }

  #lose(why: string): void {
    if (this.#mode !== 'alive') return
    const { ids, log, onLost } = this.#options
    this.#mode = 'opening'
    const lost = this.#id
    log.warn('store.session.lost', { session: lost, why })
    onLost(lost)
    this.#id = ids.make('ses')
    this.#orphan = lost
  }

  async #reap(): Promise<void> {
    const { store, log } = this.#options
    for (const peer of this.#dead) {
      const reaped = await store.reap(peer.id, peer.beat).catch(this.#unheard('reap'))
      if (reaped === true) log.warn('store.session.reaped', { session: peer.id })
      // Also when it was dead already, or may be: its reaper may have died before all was free. One that lives keeps its lanes.
      await this.#free(peer.id)
    }
  }

  /**
   * Runs of the dead, of sessions that closed, and those of nobody, whose callers may be waiting at a process that takes no runs. Those that
   * it never hears of, because the answer was lost, are this session's by then: its runner finds them in the store's list.
   */
  async #adopt(): Promise<void> {
    const { store, log, onAdopted } = this.#options
    const session = this.#id
    for (;;) {
      const runs = await store.adoptRuns(session, CHUNK_ROWS)
      if (session !== this.#id || this.#mode !== 'alive') return
      if (runs.length > 0) {
        log.info('store.session.adopted', { session, runs: runs.length })
        await onAdopted(runs)
      }
      if (runs.length < CHUNK_ROWS) return
    }
  }

  async #close(session: SessionId): Promise<void> {
    await this.#options.store.closeSession(session)
    await this.#free(session)
  }

  async #free(dead: SessionId): Promise<void> {
    while ((await this.#options.store.freeLanes(dead, CHUNK_ROWS)) > 0);
  }

  /** Goes on where only the answer was lost. */
  #unheard(name: string): (error: unknown) => undefined {
    return (error) => {
      if (!(error instanceof CommitUnknownError)) throw error
      this.#options.log.warn(`store.session.${name}_failed`, { session: this.#id, error })
    }
  }

  /**
   * One at a time, apart from the beat, so that much to adopt does not silence who adopts it. Asked meanwhile, it is done once more. What fails
   * is done again with the next beat or tick, and may be: whoever is dead by then is dead, and a lane that is free by then is free.
   */
  #inTurn(name: string, work: () => Promise<void>): () => void {
    let busy = false
    let again = false
    const turn = (): void => {
      again = busy
      if (busy) return
      busy = true
      const session = this.#id
      work()
        .catch((error: unknown) => {
          this.#options.log.warn(`store.session.${name}_failed`, { session, error })
        })
        .finally(() => {
          busy = false
          if (again && this.#mode === 'alive') turn()
        })
    }
    return turn
  }
}
