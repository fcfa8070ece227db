import {
  filtersReady,
  type Committer,
  type ConfigCache,
  type OperationalMessages,
  type Session,
  type Topics,
  type Traces,
} from '#coordination'
import { isPassing, keptReply, type Fault, type Ids, type Reply, type SessionId } from '#domain'
import { sleep, type Clock, type Failpoint, type Log, type Vault, type WakeUps } from '#platform'
import {
  CommitUnknownError,
  madeFrom,
  type ApplicationSnapshot,
  type LoadedRun,
  type RunCommit,
  type RunCommitResult,
  type Store,
} from '#store'
import { koReply } from '../segment/default-reply.ts'
import { awaitedBy } from '../segment/state-columns.ts'
import { isHeard, ownKoReply } from '../segment/run-inputs.ts'
import type { SegmentEnd } from '../segment/segment.ts'
import { withOperational } from './operational-events.ts'
import { emitted, emittedInTurns, reopenOf, type CommitMaking } from './run-commit.ts'
import { messageThatStarted, traceOfStart } from './trigger-data.ts'

export interface SegmentCommitsDeps {
  readonly store: Pick<Store, 'loadRuns' | 'hint'>
  readonly session: Pick<Session, 'id'>
  readonly committer: Pick<Committer, 'commitRun' | 'commitRunAnew'>
  readonly config: Pick<ConfigCache, 'refresh'>
  readonly operational: OperationalMessages
  readonly wakeUps: WakeUps<Topics>
  readonly vault: Vault
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly failpoint: Failpoint
  readonly traces?: Traces | undefined
}

const COMMIT_AGAIN_MS = 200
/** A commit that fails by no fault of the machine is tried so often, each time after twice the wait: six seconds in all. */
const COMMIT_TRIES_MAX = 6

/**
 * Has the store keep what a segment of a run did, and hands on the reply that is kept with it. A store that does not answer holds the
 * run and nothing else; a run that another process has, or whose session is lost, is left alone.
 */
export class SegmentCommits {
  readonly making: CommitMaking
  readonly #deps: SegmentCommitsDeps

  constructor(deps: SegmentCommitsDeps) {
    const { ids, vault, clock, traces } = deps
    this.#deps = deps
    this.making = { ids, vault, now: () => clock.now(), traces }
  }

  /** The new revision; undefined if the run is not this process's any more; that its caller has an answer already; that it does not wait yet. */
  async commit(
    loaded: LoadedRun,
    done: SegmentEnd,
    { snapshot, made }: { snapshot: ApplicationSnapshot; made: RunCommit },
  ): Promise<number | 'answered' | 'goes_on' | undefined> {
    const { operational, failpoint, committer, log } = this.#deps
    const completed = withOperational(operational, loaded, made)
    let attempt = completed instanceof Promise ? await completed : completed
    failpoint('flows.before_commit')
    let result = await this.#commitOrLookUp(attempt, () => committer.commitRun(attempt))
    if (result.kind === 'stale') {
      const anew = await this.#commitAnew(loaded, done, { snapshot, attempt })
      if (anew === undefined) return undefined
      ;({ attempt, result } = anew)
    }
    failpoint('flows.after_commit')
    switch (result.kind) {
      case 'committed':
        this.#kept(loaded, attempt, done.effects.reply)
        return result.goesOn === true ? 'goes_on' : result.rev
      case 'answered':
        return 'answered'
      case 'refused':
        log.warn('flows.commit.refused', { run: loaded.run.id, detail: result.detail })
        await this.endAsKo(loaded, snapshot, { code: 'refused', message: 'The store cannot keep what this run made.' })
        return undefined
      default:
        return undefined
    }
  }

  /**
   * The end of a run that cannot go on, with the reason among its faults. Only what surely can be kept is written, and what cannot be made ready
   * for it, the listener's own words or the event of the end, is left out: no defect of ours may keep a run from its end.
   */
  async endAsKo(loaded: LoadedRun, snapshot: ApplicationSnapshot | null, error: RunError): Promise<void> {
    const { committer, clock } = this.#deps
    const { run, request } = loaded
    const reply = run.reply === null && isHeard(run.id, request) ? this.#koReply(loaded, snapshot, error) : null
    const attempt = await this.#told(loaded, {
      run: run.id as RunCommit['run'],
      rev: run.rev,
      application: { id: run.application_id as ApplicationSnapshot['id'], version: snapshot?.version ?? 0 },
      status: 'ko',
      parkedOn: null,
      waitMs: null,
      finishedAt: clock.now(),
      errorCode: error.code,
      reply: reply === null ? null : keptReply(reply, clock.now()),
      state: null,
      steps: run.steps,
      faults: withFault(run.faults, error),
      meta: run.meta,
      messages: [],
      runs: [],
      deliveries: [],
      givenUp: awaitedBy(run.state),
      reopen: reopenOf(run, request, reply),
    })
    const result = await this.#commitOrLookUp(attempt, () => committer.commitRun(attempt))
    if (result.kind === 'committed') this.#kept(loaded, attempt, reply)
    else if (result.kind === 'answered') await this.endAsKo(answeredRun(loaded), snapshot, error)
    else if (result.kind !== 'lost') throw new Error(`the store does not take the end of a run: ${result.kind}`)
  }

  #koReply({ run, request }: LoadedRun, snapshot: ApplicationSnapshot | null, error: RunError): Reply {
    const plain = () => koReply({ ...error, runId: run.id })
    if (snapshot === null) return plain()
    try {
      return ownKoReply(snapshot, request) ?? plain()
    } catch (defect) {
      this.#deps.log.error('flows.run.words_unread', { run: run.id, error: defect })
      return plain()
    }
  }

  async #told(loaded: LoadedRun, end: RunCommit): Promise<RunCommit> {
    try {
      return await withOperational(this.#deps.operational, loaded, end)
    } catch (error) {
      if (isPassing(error)) throw error
      this.#deps.log.error('flows.run.end_untold', { run: loaded.run.id, error })
      return end
    }
  }

  /** Its events are matched once more; and again inside the commit, where nothing changes any more, if this is not the last change. */
  async #commitAnew(
    loaded: LoadedRun,
    { effects }: SegmentEnd,
    { snapshot, attempt: stale }: { snapshot: ApplicationSnapshot; attempt: RunCommit },
  ): Promise<{ attempt: RunCommit; result: RunCommitResult } | undefined> {
    const { config, committer } = this.#deps
    let attempt = stale
    const fresh = await config.refresh(snapshot.id, snapshot.version)
    if (fresh === undefined) return undefined
    if (effects.messages.length > 0) await filtersReady(fresh, snapshot)
    const events = await emittedInTurns(loaded, effects, fresh, this.making)
    const eventsFor = (current: ApplicationSnapshot) =>
      (current === fresh ? events : undefined) ?? emitted(loaded, effects, current, { ...this.making, ready: fresh })
    const make = (current: ApplicationSnapshot | undefined) =>
      current === undefined ? null : (attempt = madeFor(attempt, current, eventsFor(current)))
    const result = await this.#commitOrLookUp(attempt, () => committer.commitRunAnew({ application: fresh.id, snapshot: fresh, make }))
    return { attempt, result }
  }

  /**
   * A store that does not answer holds the run, not the process; a commit of which nobody knows is looked up by its revision. What fails
   * again and again for another reason is thrown: no waiting mends it.
   */
  async #commitOrLookUp(attempt: RunCommit, commit: () => Promise<RunCommitResult>): Promise<RunCommitResult> {
    const { session, store, clock, log } = this.#deps
    const life = session.id
    let unknown = false
    for (let tries = 1; ;) {
      try {
        if (unknown) {
          const [kept] = await store.loadRuns([attempt.run])
          if (kept === undefined || kept.run.rev !== attempt.rev) return keptResult(kept, attempt)
          unknown = false
        }
        return await commit()
      } catch (error) {
        log.warn('flows.commit.failed', { run: attempt.run, error })
        unknown ||= error instanceof CommitUnknownError
        if (session.id !== life) return { kind: 'lost' }
        if (!isPassing(error) && tries === COMMIT_TRIES_MAX) throw error
        await sleep(clock, isPassing(error) ? COMMIT_AGAIN_MS : COMMIT_AGAIN_MS * 2 ** (tries++ - 1))
        if (session.id !== life) return { kind: 'lost' }
      }
    }
  }

  #kept(loaded: LoadedRun, commit: RunCommit, reply: Reply | null): void {
    const { traces } = this.#deps
    traces?.segment(loaded, commit, { told: traceOfStart(loaded), message: messageThatStarted(loaded.run) })
    this.#replied(loaded, commit, reply)
  }

  /** Wakes whoever waits for the reply, here or in another process. */
  #replied({ run: { waiter } }: LoadedRun, commit: RunCommit, reply: Reply | null): void {
    if (reply === null) return
    const { session, store, wakeUps } = this.#deps
    if (waiter !== null && waiter !== session.id) store.hint(waiter as SessionId, { replied: [commit.run] })
    wakeUps.wake('run.replied', { run: commit.run, status: commit.status, reply })
  }
}

interface RunError {
  readonly code: string
  readonly message: string
}

/** `faults` is an array's JSON. What it is about is no step. */
function withFault(faults: string, { code, message }: RunError): string {
  const fault: Fault = { provider: 'run', step_id: '', code, message, paths: [] }
  return `${faults.length > 2 ? `${faults.slice(0, -1)},` : '['}${JSON.stringify(fault)}]`
}

/** As the run is once its caller has an answer. What that says is of no use to the run. */
export function answeredRun({ run, request }: LoadedRun, reply = ''): LoadedRun {
  return { run: { ...run, reply }, request }
}

/** The same commit with events that were matched by another configuration. */
function madeFor(attempt: RunCommit, snapshot: ApplicationSnapshot, events: Pick<RunCommit, 'messages' | 'runs'>): RunCommit {
  return { ...attempt, application: madeFrom(snapshot, 'outbound'), ...events }
}

/** After an unknown commit: the revision rose by one if it was ours, and the run's new place is what we wrote. */
function keptResult(kept: LoadedRun | undefined, attempt: RunCommit): RunCommitResult {
  if (kept?.run.rev === attempt.rev + 1 && kept.run.steps === attempt.steps && kept.run.state === attempt.state) {
    const goesOn = attempt.status === 'waiting' && kept.run.status === 'running'
    return { kind: 'committed', rev: kept.run.rev, ...(goesOn && { goesOn }) }
  }
  return { kind: 'lost' }
}
