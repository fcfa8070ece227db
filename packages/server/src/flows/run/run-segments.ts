import { filtersReady, type Session } from '#coordination'
import { AppError, type RunId } from '#domain'
import { sleep, type Clock, type Log, type TransformAnswer, type Transforms } from '#platform'
import type { ApplicationSnapshot, LoadedRun, RunCommit, Store } from '#store'
import { runSiloJob, type SiloJobDeps } from '../silo/run-silo-job.ts'
import { isSiloJob } from '../silo/silo-job.ts'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import type { createRunGiven, StoppedStep } from '../segment/run-inputs.ts'
import type { Segment, SegmentEnd } from '../segment/segment.ts'
import type { Segments } from '../segment/segments.ts'
import { timedOut } from '../segment/step-end.ts'
import { columnsOfRun } from '../segment/state-columns.ts'
import { emittedInTurns, makeCommit, type EmittedEvents } from './run-commit.ts'
import { answeredRun, type SegmentCommits } from './segment-commits.ts'

export interface RunSegmentsDeps extends SiloJobDeps {
  readonly store: SiloJobDeps['store'] & Pick<Store, 'loadRuns'>
  readonly session: Pick<Session, 'id'>
  readonly clock: Clock
  readonly log: Log
  readonly transforms: Pick<Transforms, 'evaluate'>
  readonly segments: Segments
  readonly commits: SegmentCommits
  readonly givenOf: ReturnType<typeof createRunGiven>
}

/** What a run is run with, as long as the session has this life. */
interface Terms {
  readonly flow: CompiledFlow
  readonly snapshot: ApplicationSnapshot
  readonly life: string
}

/** Where the machine has no process for a segment. */
const PROCESS_AGAIN_MS = 1000

/** Walks a run from commit to commit. It keeps nothing: where a run stands is in its record. */
export class RunSegments {
  readonly #deps: RunSegmentsDeps

  constructor(deps: RunSegmentsDeps) {
    this.#deps = deps
  }

  /** Segment by segment; each ends with a commit. */
  async run(first: LoadedRun, { flow, snapshot, life }: Terms): Promise<void> {
    const { session, log, commits, givenOf } = this.#deps
    let loaded = first
    let segment: Segment = { flow, given: givenOf(first, snapshot), place: { columns: columnsOfRun(first.run) } }
    for (;;) {
      const done = await this.#computed(segment, { run: first.run.id, life })
      if (done === undefined || session.id !== life) return
      const filters = done.effects.messages.length > 0 ? filtersReady(snapshot) : undefined
      if (filters !== undefined) await filters
      for (const { step, error } of done.defects) log.error('flows.step.crashed', { run: first.run.id, step, error })
      const inTurns = emittedInTurns(loaded, done.effects, snapshot, commits.making)
      const events = inTurns === undefined ? undefined : await inTurns
      const made = this.#made(loaded, done, { snapshot, events, again: segment.stopped === undefined })
      if ('stopped' in made) {
        segment = { ...segment, stopped: made.stopped }
        continue
      }
      const rev = await commits.commit(loaded, done, { snapshot, made: made.commit })
      if (rev === 'answered') {
        // Its caller's time was over before this commit: nothing of the segment was kept, and it is run again without an answer.
        loaded = answeredRun(loaded)
        segment = { flow, given: segment.given, place: { columns: columnsOfRun(loaded.run) } }
        continue
      }
      if (rev === 'goes_on') {
        // More has ended than it had heard of when it began.
        const [kept] = await this.#deps.store.loadRuns([first.run.id as RunId])
        if (kept === undefined || session.id !== life) return
        loaded = kept
        segment = { flow, given: givenOf(kept, snapshot), place: { columns: columnsOfRun(kept.run) } }
        continue
      }
      if (rev === undefined || (done.outcome.kind !== 'reply_segment' && done.outcome.kind !== 'so_far')) return
      const { parkedOn, heard, state, steps, faults, meta, reply } = made.commit
      const wake = heard === undefined ? null : loaded.run.wake?.slice(done.effects.heard ?? 0) || null
      loaded = {
        ...loaded,
        run: { ...loaded.run, rev, parked_on: parkedOn, state, steps, faults, meta, wake, reply: reply ?? loaded.run.reply },
      }
      segment = { flow, given: { ...segment.given, wake }, place: done.place, bodyless: done.bodyless ?? false }
    }
  }

  /** Through the expressions that are evaluated elsewhere, to the next commit. Undefined: the run is left as it is in the store. */
  async #computed(first: Segment, { run, life }: { run: string; life: string }): Promise<SegmentEnd | undefined> {
    const { session, clock, log, segments, transforms } = this.#deps
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
      const { job, place, deadline, carried } = ended.outcome
      const application = segment.given.run.applicationId
      const working = isSiloJob(job) ? runSiloJob(this.#deps, job, { application, run, place }) : transforms.evaluate(job, application)
      const answer = await (deadline === null ? working : this.#within(deadline, working))
      if (session.id !== life) return undefined
      segment = { ...segment, place: ended.place, resume: { kind: 'computed', answer, carried }, bodyless: ended.bodyless ?? false }
    }
  }

  /** What comes later is let go: it is ended by limits of its own. */
  async #within(deadline: number, working: Promise<TransformAnswer>): Promise<TransformAnswer> {
    const { clock } = this.#deps
    const done = new AbortController()
    const { code, message } = timedOut
    const over = sleep(clock, Math.max(0, deadline - clock.now()), done.signal).then(
      () => ({ ok: false, code, message }) as const,
      () => working,
    )
    try {
      return await Promise.race([working, over])
    } finally {
      done.abort()
    }
  }

  /** What is to be kept. Where a step's request cannot be made ready for the store, the step has failed, and the segment is run again without it. */
  #made(loaded: LoadedRun, done: SegmentEnd, { snapshot, events, again }: Making): { commit: RunCommit } | { stopped: StoppedStep } {
    const { making } = this.#deps.commits
    try {
      return { commit: makeCommit(loaded, done, snapshot, events === undefined ? making : { ...making, events }) }
    } catch (error) {
      const sending = done.effects.deliveries.at(-1)
      if (sending === undefined || !again) throw error
      const defect = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const stopped: StoppedStep = { step: sending.place, code: 'internal', message: 'Something went wrong inside.', defect }
      return { stopped }
    }
  }
}

interface Making {
  readonly snapshot: ApplicationSnapshot
  /** What was made in turns. */
  readonly events: EmittedEvents | undefined
  readonly again: boolean
}
