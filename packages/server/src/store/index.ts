/**
 * Remember. The store keeps everything that must survive a crash: configuration, live work (lanes, tasks, runs) and the logs.
 * In come batches of operations from the rooms; out comes "it is synced". It never interprets what it keeps, never sends,
 * and never lets a transaction out.
 */
export * from './application-snapshot.ts'
export * from './find-deliveries.ts'
export * from './find-missing.ts'
export * from './load-snapshot.ts'
export * from './make-anew.ts'
export * from './new-rows.ts'
export * from './plan-of.ts'
export * from './running-replays.ts'
export * from './schema.ts'
export * from './shown-delivery.ts'
export * from './store-check.ts'
export * from './store-health.ts'
export * from './store-key.ts'
export * from './store.ts'
