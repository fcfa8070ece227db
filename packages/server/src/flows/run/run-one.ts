import type { ConfigCache, Session } from '#coordination'
import { isPassing, type RunId } from '#domain'
import type { Clock, Log, Vault } from '#platform'
import { gates, type ApplicationSnapshot, type LoadedRun, type Store } from '#store'
import { createFlowSecrets } from '../definition/flow-secrets.ts'
import type { FlowVersions } from '../definition/flow-versions.ts'
import { createRunGiven } from '../segment/run-inputs.ts'
import { answeredRun, SegmentCommits, type SegmentCommitsDeps } from './segment-commits.ts'
import { RunSegments, type RunSegmentsDeps } from './run-segments.ts'

export interface RunOneDeps extends SegmentCommitsDeps, Omit<RunSegmentsDeps, 'commits' | 'givenOf'> {
  readonly store: Pick<Store, 'loadRuns' | 'replies' | 'hint' | 'queries' | 'statements' | 'mutate' | 'files' | 'enterGate'>
  readonly session: Pick<Session, 'id'>
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly versions: FlowVersions
  /** A run of a flow with a gate may have left it. */
  readonly left: () => void
}

/** `held`: nothing was done, because what it needs cannot be had at present. It stays this session's, to be looked at again. */
export type RunOne = (loaded: LoadedRun) => Promise<void | 'held'>

/**
 * Runs one run from its last commit until it is parked, ended, or another process's. A defect of ours between steps ends it as KO, so that no
 * run can bring down a process that restarts. Rejects where one keeps it from beginning, or from this end: it is then as it was.
 */
export function createRunOne(deps: RunOneDeps): RunOne {
  const { config, session, log } = deps
  const secretsOf = createFlowSecrets(deps.vault)
  const commits = new SegmentCommits(deps)
  const segments = new RunSegments({ ...deps, commits, givenOf: createRunGiven(secretsOf) })

  return async (first) => {
    const life = session.id
    if (first.run.finished_at !== null) return
    const applicationId = first.run.application_id as ApplicationSnapshot['id']
    const snapshot = config.peek(applicationId) ?? (await config.application(applicationId))
    if (snapshot === undefined)
      return commits.endAsKo(first, null, { code: 'application_deleted', message: 'The application was deleted.' })
    const found = deps.versions.find(first.run.flow_id, first.run.version, snapshot)
    const flow = found instanceof Promise ? await found : found
    if (flow === undefined)
      return commits.endAsKo(first, snapshot, { code: 'flow_missing', message: 'This version of the flow cannot be run.' })
    const { closed } = secretsOf(snapshot)
    if (closed.size > 0 && [...flow.secrets.keys()].some((name) => closed.has(name))) return 'held'
    const isGated = flow.definition.concurrency !== undefined
    if (isGated && !(await enters(first, life, deps))) return
    const known = isLate(first, deps.clock) ? await asRecorded(first, deps) : first
    try {
      await segments.run(known, { flow, snapshot, life })
    } catch (error) {
      // It is in the store's list as it was, and is taken from there.
      if (isPassing(error)) throw error
      log.error('flows.run.crashed', { run: first.run.id, error })
      // As it is kept now: segments before this one were committed, and what was read at first would change nothing any more.
      const [kept] = await deps.store.loadRuns([first.run.id as RunId])
      if (kept === undefined || kept.run.finished_at !== null) return
      await commits.endAsKo(kept, snapshot, { code: 'internal', message: 'Something went wrong inside.' })
    } finally {
      // It may have ended, and others wait for that.
      if (isGated) deps.left()
    }
  }
}

/** A flow that has so many runs at a time lets one in when it begins, and not again until it ends. */
async function enters(
  { run }: LoadedRun,
  life: Session['id'],
  { store, failpoint }: Pick<RunOneDeps, 'store' | 'failpoint'>,
): Promise<boolean> {
  if (run.gate === gates.within || run.state !== null) return true
  const entered = await store.enterGate(life, { run: run.id as RunId, rev: run.rev, flow: run.flow_id })
  failpoint('flows.after_gate')
  return entered
}

/** The clock says when to look. Whether the caller was answered stands in the record, and a commit that did not look is refused. */
function isLate({ run }: LoadedRun, clock: Clock): boolean {
  return run.reply === null && run.answer_by !== null && clock.now() >= run.answer_by
}

async function asRecorded(loaded: LoadedRun, { store, log }: Pick<RunOneDeps, 'store' | 'log'>): Promise<LoadedRun> {
  try {
    const [kept] = await store.replies([loaded.run.id as RunId])
    return kept?.reply == null ? loaded : answeredRun(loaded, kept.reply)
  } catch (error) {
    log.info('flows.run.reply_unread', { run: loaded.run.id, error })
    return loaded
  }
}
