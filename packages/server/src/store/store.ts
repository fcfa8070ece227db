import type { SqlEngine } from './sql-engine.ts'
import type { Logs } from './logs.ts'
import type { DeliveryStore } from './port/deliveries.ts'
import type { CommitStore } from './port/group-commits.ts'
import type { EntryStore } from './port/entry-files.ts'
import type { GateStore } from './port/gates.ts'
import type { HintStore } from './port/hints.ts'
import type { LaneStore } from './port/lanes.ts'
import type { ManagementStore } from './port/management.ts'
import type { RunStore } from './port/runs.ts'
import type { ScheduleStore } from './port/schedules.ts'
import type { SessionStore } from './port/sessions.ts'
import type { UpkeepStore } from './port/upkeep.ts'

/**
 * The port to the store: what the rooms may ask of it, and what they may rely on. SQLite and PostgreSQL keep it, a model in
 * memory says what it means, and one suite (`packages/server/test/store/conformance`) holds all three to it.
 *
 * The hot path has batch operations only. Each is one transaction, durable (synced) when its promise resolves, all or nothing;
 * results come in the order of the operations. A rejected promise means that nothing of the batch was kept, except with
 * `CommitUnknownError`: then look up by id. No transaction leaves this port.
 */
export interface Store
  extends
    ManagementStore,
    SessionStore,
    CommitStore,
    LaneStore,
    RunStore,
    GateStore,
    ScheduleStore,
    DeliveryStore,
    HintStore,
    EntryStore,
    UpkeepStore {
  readonly engine: SqlEngine | 'memory'
  /** Other processes may work on it at the same time. */
  readonly isShared: boolean

  /** Reads of the logs. Each sees every commit that was acknowledged before, as all reads do. */
  readonly logs: Logs
}
