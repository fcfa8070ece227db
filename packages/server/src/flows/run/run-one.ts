import { filtersReady, type Committer, type ConfigCache, type OperationalMessages, type Session, type Topics } from '#coordination'
import { AppError, isPassing, type Ids, type Reply, type RunId, type SessionId } from '#domain'
import { sleep, type WakeUps, type Clock, type Failpoint, type Log, type Transforms, type Vault } from '#platform'
import {
  CommitUnknownError,
  madeFrom,
  type ApplicationSnapshot,
  type LoadedRun,
  type RunCommit,
  type RunCommitResult,
  type Store,
} from '#store'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import { koReply } from '../segment/default-reply.ts'
import { createFlowSecrets } from '../definition/flow-secrets.ts'
import type { FlowVersions } from '../definition/flow-versions.ts'
import type { StoppedStep } from '../segment/interpret.ts'
import { emitted, emittedInTurns, makeCommit, reopenOf, type EmittedEvents } from './run-commit.ts'
import { columnsOfRun } from '../segment/state-columns.ts'
import { createRunGiven, ownKoReply } from '../segment/run-inputs.ts'
import type { Segment, SegmentEnd } from '../segment/segment.ts'
import type { Segments } from '../segment/segments.ts'
import { withTold } from './operational-events.ts'

export interface RunOneDeps {
  readonly store: Pick<Store, 'loadRuns' | 'replies' | 'hint'>
  readonly session: Pick<Session, 'id'>
  readonly committer: Pick<Committer, 'commitRun' | 'commitRunAnew'>
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly operational: OperationalMessages
  readonly wakeUps: WakeUps<Topics>
  readonly vault: Vault
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly transforms: Pick<Transforms, 'evaluate'>
  readonly versions: FlowVersions
  readonly segments: Segments
  readonly failpoint: Failpoint
}

const COMMIT_AGAIN_MS = 200
/** Where the machine has no process for a segment. */
const PROCESS_AGAIN_MS = 1000

/** `held`: nothing was done, because what it needs cannot be had at present. It stays this session's, to be looked at again. */
export type RunOne = (loaded: LoadedRun) => Promise<void | 'held'>

/**
 * Runs one run from its last commit until it is parked, ended, or another process's. Rejects only for a defect of ours
 * between steps, and then the run has been ended as KO, so that no run can bring down a process that restarts.
 */
export function createRunOne(deps: RunOneDeps): RunOne {
  const { config, session, committer, clock, log, segments } = deps
  const secretsOf = createFlowSecrets(deps.vault)
  const givenOf = createRunGiven(secretsOf)
  const making = { ids: deps.ids, vault: deps.vault, now: () => clock.now() }

  return async (first) => {
    const life = session.id
    if (first.run.finished_at !== null) return
    const applicationId = first.run.application_id as ApplicationSnapshot['id']
    const snapshot = config.peek(applicationId) ?? (await config.application(applicationId))
    if (snapshot === undefined) return endAsKo(first, null, { code: 'application_deleted', message: 'The application was deleted.' })
    const found = deps.versions.find(first.run.flow_id, first.run.version, snapshot)
    const flow = found instanceof Promise ? await found : found
    if (flow === undefined) return endAsKo(first, snapshot, { code: 'flow_missing', message: 'This version of the flow cannot be run.' })
    const { closed } = secretsOf(snapshot)
    if (closed.size > 0 && [...flow.secrets.keys()].some((name) => closed.has(name))) return 'held'
    const known = isLate(first) ? await asRecorded(first) : first
    try {
      await runSegments(known, { flow, snapshot, life })
    } catch (error) {
      // It is in the store's list as it was, and is taken from there.
      if (isPassing(error)) throw error
      log.error('flows.run.crashed', { run: first.run.id, error })
      // As it is kept now: segments before this one were committed, and what was read at first would change nothing any more.
      const [kept] = await deps.store.loadRuns([first.run.id as RunId])
      if (kept === undefined || kept.run.finished_at !== null) return
      await endAsKo(kept, snapshot, { code: 'internal', message: 'Something went wrong inside.' })
    }
  }

  /** The clock says when to look. Whether the caller was answered stands in the record, and a commit that did not look is refused. */
  function isLate({ run }: LoadedRun): boolean {
    return run.reply === null && run.answer_by !== null && clock.now() >= run.answer_by
  }

  async function asRecorded(loaded: LoadedRun): Promise<LoadedRun> {
    try {
      const [kept] = await deps.store.replies([loaded.run.id as RunId])
      return kept?.reply == null ? loaded : answeredRun(loaded, kept.reply)
    } catch (error) {
      log.info('flows.run.reply_unread', { run: loaded.run.id, error })
      return loaded
    }
  }

  /** Segment by segment; each ends with a commit. */
  async function runSegments(
    first: LoadedRun,
    { flow, snapshot, life }: { flow: CompiledFlow; snapshot: ApplicationSnapshot; life: string },
  ): Promise<void> {
    let loaded = first
    let segment: Segment = { flow, given: givenOf(first, snapshot), place: { columns: columnsOfRun(first.run) } }
    for (;;) {
      const done = await computed(segment, { run: first.run.id, life })
      if (done === undefined || session.id !== life) return
      const filters = done.effects.messages.length > 0 ? filtersReady(snapshot) : undefined
      if (filters !== undefined) await filters
      for (const { step, error } of done.defects) log.error('flows.step.crashed', { run: first.run.id, step, error })
      const inTurns = emittedInTurns(loaded, done.effects, snapshot, making)
      const events = inTurns === undefined ? undefined : await inTurns
      const made = committed(loaded, done, { snapshot, events, again: segment.stopped === undefined })
      if ('stopped' in made) {
        segment = { ...segment, stopped: made.stopped }
        continue
      }
      const rev = await commit(loaded, done, { snapshot, made: made.commit })
      if (rev === 'answered') {
        // Its caller's time was over before this commit: nothing of the segment was kept, and it is run again without an answer.
        loaded = answeredRun(loaded)
        segment = { flow, given: segment.given, place: { columns: columnsOfRun(loaded.run) } }
        continue
      }
      if (rev === undefined || (done.outcome.kind !== 'reply_segment' && done.outcome.kind !== 'so_far')) return
      const { state, steps, faults, meta, reply } = made.commit
      loaded = { ...loaded, run: { ...loaded.run, rev, state, steps, faults, meta, reply: reply ?? loaded.run.reply } }
      segment = { flow, given: { ...segment.given, wake: null }, place: done.place, bodyless: done.bodyless ?? false }
    }
  }

  /** Through the expressions that are evaluated elsewhere, to the next commit. Undefined: the run is left as it is in the store. */
  async function computed(first: Segment, { run, life }: { run: string; life: string }): Promise<SegmentEnd | undefined> {
    let segment = first
    for (;;) {
      const ran = segments.run(segment)
      const done = ran instanceof Promise ? await ran : ran
      if (done.outcome.kind === 'no_process') {
        if (done.outcome.stopping || session.id !== life) return undefined
        // With its code, so that of the many that wait only one a minute says so.
        log.warn('flows.segment.waits', { run, error: new AppError('overloaded', { detail: done.outcome.message }) })
        await sleep(clock, PROCESS_AGAIN_MS)
        continue
      }
      const ended = done as SegmentEnd
      if (ended.outcome.kind !== 'compute') return ended
      const { job, carried } = ended.outcome
      const answer = await deps.transforms.evaluate(job, segment.given.run.applicationId)
      if (session.id !== life) return undefined
      segment = { ...segment, place: ended.place, resume: { kind: 'computed', answer, carried }, bodyless: ended.bodyless ?? false }
    }
  }

  /** What is to be kept. Where a step's request cannot be made ready for the store, the step has failed, and the segment is run again without it. */
  function committed(loaded: LoadedRun, done: SegmentEnd, { snapshot, events, again }: Committing) {
    try {
      return { commit: makeCommit(loaded, done, snapshot, events === undefined ? making : { ...making, events }) }
    } catch (error) {
      const sending = done.effects.deliveries.at(-1)
      if (sending === undefined || !again) throw error
      const defect = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const stopped: StoppedStep = { step: sending.stepId, code: 'internal', message: 'Something went wrong inside.', defect }
      return { stopped }
    }
  }

  /** The new revision; undefined if the run is not this process's any more; that its caller has an answer already. */
  async function commit(
    loaded: LoadedRun,
    done: SegmentEnd,
    { snapshot, made }: { snapshot: ApplicationSnapshot; made: RunCommit },
  ): Promise<number | 'answered' | undefined> {
    const told = withTold(deps.operational, loaded, made)
    let attempt = told instanceof Promise ? await told : told
    deps.failpoint('flows.before_commit')
    let result = await commitOrLookUp(attempt, () => committer.commitRun(attempt))
    if (result.kind === 'stale') {
      // Its events are matched once more; and again inside the commit, where nothing changes any more, if this is not the last change.
      const fresh = await config.refresh(snapshot.id, snapshot.version)
      if (fresh === undefined) return undefined
      if (done.effects.messages.length > 0) await filtersReady(fresh)
      const events = await emittedInTurns(loaded, done.effects, fresh, making)
      const eventsFor = (current: ApplicationSnapshot) =>
        (current === fresh ? events : undefined) ?? emitted(loaded, done.effects, current, making)
      const make = (current: ApplicationSnapshot | undefined) =>
        current === undefined ? null : (attempt = madeFor(attempt, current, eventsFor(current)))
      result = await commitOrLookUp(attempt, () => committer.commitRunAnew({ application: fresh.id, snapshot: fresh, make }))
    }
    deps.failpoint('flows.after_commit')
    switch (result.kind) {
      case 'committed':
        ring(loaded, attempt, done.effects.reply)
        return result.rev
      case 'answered':
        return 'answered'
      case 'refused':
        log.warn('flows.commit.refused', { run: loaded.run.id, detail: result.detail })
        await endAsKo(loaded, snapshot, { code: 'refused', message: 'The store cannot keep what this run made.' })
        return undefined
      default:
        return undefined
    }
  }

  /** A store that does not answer holds the run, not the process; a commit of which nobody knows is looked up by its revision. */
  async function commitOrLookUp(attempt: RunCommit, commit: () => Promise<RunCommitResult>): Promise<RunCommitResult> {
    const life = session.id
    let unknown = false
    for (;;) {
      try {
        if (unknown) {
          const [kept] = await deps.store.loadRuns([attempt.run])
          if (kept === undefined || kept.run.rev !== attempt.rev) return keptResult(kept, attempt)
          unknown = false
        }
        return await commit()
      } catch (error) {
        log.warn('flows.commit.failed', { run: attempt.run, error })
        unknown ||= error instanceof CommitUnknownError
        if (session.id !== life) return { kind: 'lost' }
        await sleep(clock, COMMIT_AGAIN_MS)
        if (session.id !== life) return { kind: 'lost' }
      }
    }
  }

  function ring({ run: { waiter } }: LoadedRun, commit: RunCommit, reply: Reply | null): void {
    if (reply === null) return
    if (waiter !== null && waiter !== session.id) deps.store.hint(waiter as SessionId, { replied: [commit.run] })
    deps.wakeUps.wake('run.replied', { run: commit.run, status: commit.status, reply })
  }

  /** The end of a run that cannot go on: only what surely can be kept is written. */
  async function endAsKo(loaded: LoadedRun, snapshot: ApplicationSnapshot | null, error: { code: string; message: string }): Promise<void> {
    const { run, request } = loaded
    const own = snapshot === null ? null : ownKoReply(snapshot, request)
    const reply = run.reply === null ? (own ?? koReply({ ...error, runId: run.id })) : null
    const attempt = await withTold(deps.operational, loaded, {
      run: run.id as RunCommit['run'],
      rev: run.rev,
      application: { id: run.application_id as ApplicationSnapshot['id'], version: snapshot?.version ?? 0 },
      status: 'ko',
      parkedOn: null,
      finishedAt: clock.now(),
      errorCode: error.code,
      reply: reply === null ? null : JSON.stringify(reply),
      state: null,
      steps: run.steps,
      faults: run.faults,
      meta: run.meta,
      messages: [],
      runs: [],
      deliveries: [],
      reopen: reopenOf(run, request, reply),
    })
    const result = await commitOrLookUp(attempt, () => committer.commitRun(attempt))
    if (result.kind === 'committed') ring(loaded, attempt, reply)
    else if (result.kind === 'answered') await endAsKo(answeredRun(loaded), snapshot, error)
    else if (result.kind !== 'lost') log.error('flows.run.not_ended', { run: run.id, result: result.kind })
  }
}

interface Committing {
  readonly snapshot: ApplicationSnapshot
  /** What was made in turns. */
  readonly events: EmittedEvents | undefined
  readonly again: boolean
}

/** As the run is once its caller has an answer. What that says is of no use to the run. */
function answeredRun({ run, request }: LoadedRun, reply = ''): LoadedRun {
  return { run: { ...run, reply }, request }
}

/** The same commit with events that were matched by another configuration. */
function madeFor(attempt: RunCommit, snapshot: ApplicationSnapshot, events: Pick<RunCommit, 'messages' | 'runs'>): RunCommit {
  return { ...attempt, application: madeFrom(snapshot, 'outbound'), ...events }
}

/** After an unknown commit: the revision rose by one if it was ours, and the run's new place is what we wrote. */
function keptResult(kept: LoadedRun | undefined, attempt: RunCommit): RunCommitResult {
  if (kept?.run.rev === attempt.rev + 1 && kept.run.steps === attempt.steps && kept.run.state === attempt.state) {
    return { kind: 'committed', rev: kept.run.rev }
  }
  return { kind: 'lost' }
}
