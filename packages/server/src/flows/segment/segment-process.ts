import { randomFillSync } from 'node:crypto'
import type { FlowDefinition } from '@posthorn/contract'
import { compileEventTypes, createIds, parseExactJson } from '#domain'
import { createWeightedCache, serveJobs, systemClock } from '#platform/for-children'
import type { ApplicationSnapshot } from '#store'
import { compileDefinition } from '../definition/compile.ts'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import { advance } from './interpret.ts'
import { readInputs } from './run-inputs.ts'
import { READING, type SegmentAnswer, type SegmentJob } from './segment.ts'
import { columnsOf, readState } from './state-columns.ts'

/**
 * The program of the processes that run segments which the event loop has no time for. It has secrets at hand, and so never evaluates
 * an expression: those go on to the processes that have none.
 */
const KEPT_CHARACTERS_MAX = 1024 * 1024
/** By their definitions' length: four of the largest, or hundreds of those that people write. */
const flows = createWeightedCache<CompiledFlow>(KEPT_CHARACTERS_MAX)
const ids = createIds({ now: systemClock.now, fill: (target) => randomFillSync(target) })

function compiled({ hash, definition }: SegmentJob['flow']): CompiledFlow {
  const known = flows.get(hash)
  if (known !== undefined) return known
  // It was read and found good before it was published; limits of a later version are none of its business.
  const compilation = compileDefinition(parseExactJson(definition) as FlowDefinition, 'away', { kept: true })
  if (!compilation.ok) throw new Error('a flow that compiled before does not compile here')
  flows.set(hash, compilation.flow, definition.length)
  return compilation.flow
}

function answer(job: SegmentJob, report: (step: string) => void): SegmentAnswer {
  // A step may begin there and end here.
  const ahead = job.monotonic - systemClock.monotonic()
  const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + ahead }
  const flow = compiled(job.flow)
  report(READING)
  const state = readState(job.columns, flow.first)
  const endings = compileEventTypes(job.endings)
  const given = { ...job, snapshot: { listeners: job.listeners } as ApplicationSnapshot, chainEnds: endings }
  const inputs = readInputs(given, state, { ids, clock, turn: null })
  const {
    state: made,
    effects,
    outcome,
    defects,
  } = advance(flow, state, {
    ...inputs,
    resume: job.resume ?? inputs.resume,
    stopped: job.stopped,
    onStep: report,
  })
  return { columns: columnsOf(made), effects, outcome, defects }
}

serveJobs<SegmentJob, SegmentAnswer>((job, _, report) => answer(job, report))
