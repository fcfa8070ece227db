import type { CompiledFlow, CompiledStep } from '../definition/compiled-flow.ts'
import type { RunState } from './run-state.ts'

/** When the time of a run is over; Infinity: never. `rescue` has all the time it wants. */
export function runDeadline(
  { timeoutMs }: Pick<CompiledFlow, 'timeoutMs'>,
  { section }: Pick<RunState, 'section'>,
  createdAt: number,
): number {
  return timeoutMs === undefined || section === 'rescue' ? Infinity : createdAt + timeoutMs
}

/** The first of those of the step, of the loops around it, and of the run; null: there is none. */
export function deadlineOf(
  { startedAt, timeoutMs = Infinity }: Pick<CompiledStep, 'timeoutMs'> & { readonly startedAt: number },
  loops: RunState['loops'],
  ofRun: number,
): number | null {
  const ofLoops = (loops ?? []).map(({ deadline = Infinity }) => deadline)
  const deadline = Math.min(startedAt + timeoutMs, ofRun, ...ofLoops)
  return deadline === Infinity ? null : deadline
}

/** Whether the time of one of the loops is over. */
export function isOver(loops: RunState['loops'], now: number): boolean {
  return loops !== undefined && loops.some(({ deadline = Infinity }) => deadline <= now)
}
