import type { OperationalMessages, RunAtOnce, Session } from '#coordination'
import type { Ids } from '#domain'
import type { Clock, Log, Vault } from '#platform'
import { newRunRow, requestRow, type LoadedRun } from '#store'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import { createFlowSecrets } from '../definition/flow-secrets.ts'
import type { FlowVersions } from '../definition/flow-versions.ts'
import { makeCommit } from './run-commit.ts'
import { columnsOfRun } from '../segment/state-columns.ts'
import { createRunGiven } from '../segment/run-inputs.ts'
import type { Segments } from '../segment/segments.ts'
import { withOperational } from './operational-events.ts'

export interface RunAtOnceDeps {
  readonly session: Pick<Session, 'id'>
  readonly operational: OperationalMessages
  readonly vault: Vault
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly versions: FlowVersions
  readonly segments: Segments
}

export function createRunAtOnce(deps: RunAtOnceDeps): RunAtOnce {
  const givenOf = createRunGiven(createFlowSecrets(deps.vault))
  const making = { ids: deps.ids, vault: deps.vault, now: () => deps.clock.now() }
  /** What once stopped on the way will do so again: it is not run twice from then on. */
  const slower = new WeakSet<CompiledFlow>()

  return ({ run, request, snapshot }) => {
    const flow = deps.versions.find(run.flow_id, run.version, snapshot)
    if (
      flow === undefined ||
      flow instanceof Promise ||
      flow.sendingSteps.length > 0 ||
      flow.definition.concurrency !== undefined ||
      slower.has(flow)
    )
      return undefined
    const loaded: LoadedRun = { run: newRunRow(run, deps.session.id), request: requestRow(request) }
    try {
      const done = deps.segments.atOnce({ flow, given: givenOf(loaded, snapshot), place: { columns: columnsOfRun(loaded.run) } })
      if (done === undefined) return undefined
      if (done.outcome.kind !== 'finished' || done.effects.messages.length > 0) {
        slower.add(flow)
        return undefined
      }
      // A defect is reported when it is run again, with its record.
      if (done.outcome.status !== 'ok' || done.defects.length > 0) return undefined
      const commit = withOperational(deps.operational, loaded, makeCommit(loaded, done, snapshot, making))
      if (commit instanceof Promise || commit.operational !== undefined || commit.reopen !== null || commit.reply === null) return undefined
      const { finishedAt, reply, steps, faults, meta } = commit
      return { ended: { finished_at: finishedAt!, reply, steps, faults, meta }, reply: done.effects.reply! }
    } catch (error) {
      // It is recorded as a failed run when it is run again.
      deps.log.debug('flows.at_once.failed', { run: run.id, error })
      return undefined
    }
  }
}
