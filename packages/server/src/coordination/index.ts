/**
 * Coordinate. Collects what the rooms do into commits, keeps this process's session alive, holds the configuration in memory, announces work
 * to who takes it up, admits the master key and removes what is old. In come single operations of the rooms; out come the results of
 * commits that many share, snapshots, and work on the wake-up. It never receives, runs or sends, changes rows through the port only, and
 * keeps nothing that must survive a crash.
 */
export { KeyAdmission } from './master-key/key-admission.ts'
export { batchesOf, createCommitter, type Committer } from './committer.ts'
export { ConfigCache } from './config-cache.ts'
export type { DeliveryWork } from './delivery-work.ts'
export { derive } from './derive.ts'
export { createOperationalMessages, type OperationalMessages } from './operational-messages.ts'
export { perVersion } from './per-version.ts'
export { createRetention } from './retention.ts'
export { emptyStep, ReplayWork } from './replay-work.ts'
export type { RunAtOnce } from './run-at-once.ts'
export type { Precedence } from './precedence.ts'
export { Session } from './session.ts'
export { fanOutInTurns, filtersReady, keepReady, resultInTurns, subscribedEndpoints } from './subscribed-endpoints.ts'
export { notifyOfWork } from './notify-of-work.ts'
export { createEntry, removeEntry, replaceEntry, saveEntry, type SiloDeps, type SiloWrite } from './silo/silo.ts'
export { readJsonContent, type SiloContent } from './silo/silo-content.ts'
export type { Topics } from './topics.ts'
export { MasterKeyChange } from './master-key/master-key-change.ts'
export type { TracedRequest, TracedSettlement, Traces } from './traces.ts'
export { SECRET_LOOK_MS, watchVault } from './watch-vault.ts'
