import type { RunId, SessionId } from '#domain'
import type { HeldRun } from './runs.ts'

/** Flows that have so many runs at a time and no more. Where a run stands at its flow's gate is in its row, so a crash changes nothing. */
export interface GateStore {
  /**
   * A run asks to begin. False: others are under way or came before, and it waits in the store, held by nobody; or it is not the session's
   * any more. True at once where its flow has no gate.
   */
  enterGate(session: SessionId, run: { readonly run: RunId; readonly rev: number; readonly flow: string }): Promise<boolean>
  /**
   * Gives up to `most` runs that wait at gates which have room to the session, of each flow the oldest first. Costs a look at an index where
   * none waits.
   */
  openGates(session: SessionId, most: number): Promise<readonly HeldRun[]>
}
