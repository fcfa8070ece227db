import type { ConfigCache } from '#coordination'
import type { ApplicationId, RunId } from '#domain'
import type { LoadedRun, Store } from '#store'
import { SegmentCommits, type SegmentCommitsDeps } from './segment-commits.ts'

export interface GiveUpDeps extends SegmentCommitsDeps {
  readonly store: Pick<Store, 'loadRuns' | 'hint'>
  readonly config: Pick<ConfigCache, 'peek' | 'refresh'>
  /** A run of a flow with a gate may have left it. */
  readonly left: () => void
}

const reason = { code: 'internal', message: 'Something went wrong inside each time that it was tried. The log of the server says what.' }

/** Ends a run that a defect of ours keeps from going on, however often it is tried. */
export function createGiveUp(deps: GiveUpDeps): (loaded: LoadedRun) => Promise<void> {
  const { store, session, config, left } = deps
  const commits = new SegmentCommits(deps)
  return async ({ run }) => {
    // As it is kept now: a person may have cancelled it, and another process may have it.
    const [kept] = await store.loadRuns([run.id as RunId])
    if (kept === undefined || kept.run.finished_at !== null || kept.run.holder !== session.id) return
    await commits.endAsKo(kept, config.peek(run.application_id as ApplicationId) ?? null, reason)
    left()
  }
}
