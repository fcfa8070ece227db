/**
 * Remember. The store keeps everything that must survive a crash: configuration, live work (lanes, tasks, runs) and the logs.
 * In come batches of operations from the rooms; out comes "it is synced". It never interprets what it keeps, never sends,
 * and never lets a transaction out.
 */
export * from './admit-key.ts'
export * from './committer.ts'
export * from './config-cache.ts'
export * from './find-deliveries.ts'
export * from './find-missing.ts'
export * from './load-snapshot.ts'
export * from './make-anew.ts'
export * from './new-rows.ts'
export * from './operational-messages.ts'
export * from './plan-of.ts'
export * from './retention.ts'
export * from './run-at-once.ts'
export * from './running-replays.ts'
export * from './schema.ts'
export * from './session.ts'
export * from './shown-delivery.ts'
export * from './store-check.ts'
export * from './store-health.ts'
export * from './store-key.ts'
export * from './store.ts'
export * from './subscribed-endpoints.ts'
export * from './tell-of-work.ts'
export * from './topics.ts'
export * from './watch-vault.ts'
