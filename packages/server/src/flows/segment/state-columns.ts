import { parseExactJson, type DeliveryId, type Fault } from '#domain'
import type { LoadedRun } from '#store'
import { deliveriesAside } from './beside.ts'
import { newRunState, type RunState } from './run-state.ts'
import type { StateColumns } from './segment.ts'
import type { StepRecord } from './step-record.ts'

/** Steps, faults and meta have columns of their own; the rest of the state is kept only while the run lives. */
export function readState(run: StateColumns, first: string | null): RunState {
  const meta = parseExactJson(run.meta) as Record<string, unknown>
  const { replied } = run
  if (run.state === null) return { ...newRunState(first, meta), replied }
  return {
    ...readPlace(run.state),
    replied,
    steps: parseExactJson(run.steps) as StepRecord[],
    faults: JSON.parse(run.faults) as Fault[],
    meta,
  }
}

/** Items of loops are data, whose numbers keep all their digits. */
export function readPlace(text: string): Pick<RunState, 'at' | 'section' | 'waiting' | 'failure' | 'loops'> {
  return (text.includes('"loops":') ? parseExactJson(text) : JSON.parse(text)) as RunState
}

/** What a run waits for where it stands. Nothing, where that cannot be read. */
export function awaitedBy(text: string | null): readonly DeliveryId[] {
  if (text === null) return []
  try {
    const { waiting, loops } = readPlace(text)
    return [...(waiting !== null && 'delivery' in waiting ? [waiting.delivery] : []), ...deliveriesAside(loops)]
  } catch {
    return []
  }
}

/** The other way. */
export function columnsOf(run: RunState): StateColumns {
  const { at, section, replied, waiting, failure, loops } = run
  return { state: JSON.stringify({ at, section, waiting, failure, loops }), ...columnsOfEnded(run), replied }
}

/** Where a run stands that has ended is not kept. */
export function columnsOfEnded({ steps, faults, meta }: RunState): Pick<StateColumns, 'steps' | 'faults' | 'meta'> {
  return { steps: JSON.stringify(steps), faults: faults.length === 0 ? '[]' : JSON.stringify(faults), meta: JSON.stringify(meta) }
}

/** Not only a step answers: a caller whose time was over was answered without the flow. */
export function columnsOfRun({ state, steps, faults, meta, reply }: LoadedRun['run']): StateColumns {
  return { state, steps, faults, meta, replied: reply !== null }
}
