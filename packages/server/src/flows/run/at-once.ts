import type { OperationalMessages, RunAtOnce, Session } from '#coordination'
import { keptReply } from '#domain'
import type { Clock, Log, Vault } from '#platform'
import { requestRow } from '#store'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import { createFlowSecrets } from '../definition/flow-secrets.ts'
import type { FlowVersions } from '../definition/flow-versions.ts'
import { reopenOf } from './run-commit.ts'
import { columnsOfEnded } from '../segment/state-columns.ts'
import { createRunGiven } from '../segment/run-inputs.ts'
import type { Segments } from '../segment/segments.ts'
import { eventsOfEnd } from './operational-events.ts'

export interface RunAtOnceDeps {
  readonly session: Pick<Session, 'id'>
  readonly operational: OperationalMessages
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly versions: FlowVersions
  readonly segments: Segments
}

/** Where a run stands that has not begun. */
const BEGINNING = { state: null, steps: '[]', faults: '[]', replied: false } as const

/** Nothing but the columns of its end is made of the run: rows and commits of a run that goes on were a tenth of what an answer took. */
export function createRunAtOnce(deps: RunAtOnceDeps): RunAtOnce {
  const givenOf = createRunGiven(createFlowSecrets(deps.vault))
  /** What once stopped on the way will do so again: it is not run twice from then on. */
  const slower = new WeakSet<CompiledFlow>()

  return ({ run, request, snapshot }) => {
    try {
      const flow = deps.versions.find(run.flow_id, run.version, snapshot)
      if (
        flow === undefined ||
        flow instanceof Promise ||
        flow.sendingSteps.length > 0 ||
        flow.definition.concurrency !== undefined ||
        slower.has(flow)
      )
        return undefined
      const given = givenOf({ run, request: requestRow(request) }, snapshot)
      const done = deps.segments.atOnce({ flow, given, place: { columns: { ...BEGINNING, meta: run.meta } } })
      if (done === undefined) return undefined
      if (done.outcome.kind !== 'finished' || done.effects.messages.length > 0) {
        slower.add(flow)
        return undefined
      }
      // A defect is reported when it is run again, with its record.
      if (done.outcome.status !== 'ok' || done.defects.length > 0) return undefined
      const { reply } = done.effects
      if (reply === null || reopenOf({ waiter: deps.session.id }, request, reply) !== null) return undefined
      const finishedAt = deps.clock.now()
      const events = eventsOfEnd(deps.operational, run, { status: 'ok', errorCode: null, finishedAt })
      if (events instanceof Promise || events.length > 0) return undefined
      const { steps, faults, meta } = 'columns' in done.place ? done.place.columns : columnsOfEnded(done.place.state)
      return { ended: { finished_at: finishedAt, reply: keptReply(reply, finishedAt), steps, faults, meta }, reply }
    } catch (error) {
      // It is recorded as a failed run when it is run again.
      deps.log.debug('flows.at_once.failed', { run: run.id, error })
      return undefined
    }
  }
}
