/** Plumbing that every room is handed: clock, randomness, network, log, secrets at rest. Knows no noun. */
export * from './batcher.ts'
export * from './wake-ups.ts'
export { BodyPieces } from './body/body-pieces.ts'
export { JsonScan, type JsonVisitor } from './body/json-scan.ts'
export { parseBody, planBody, tooDeep, wrongBytes, type ParsedBody, type ParseOptions, type UnreadableBody } from './body/parse-body.ts'
export { scanInTurns, together, utf8InTurns } from './body/scan-in-turns.ts'
export * from './clock.ts'
export { isCidr } from './egress/address-guard.ts'
export * from './egress/create-egress.ts'
export * from './egress/egress.ts'
export * from './egress/failures.ts'
export * from './failpoint.ts'
export * from './fake-clock.ts'
export * from './in-turns.ts'
export * from './line-writer.ts'
export * from './log.ts'
export * from './master-key.ts'
export * from './open-files.ts'
export * from './random.ts'
export { createSayOnce } from './say-once.ts'
export * from './secret.ts'
export * from './seeded-random.ts'
export * from './shutdown.ts'
export * from './store-mark.ts'
export {
  createChildPool,
  type ChildPool,
  type ChildPoolOptions,
  type JobTerms,
  type PoolAnswer,
  type PoolFailureCode,
} from './sandbox/child-pool.ts'
export { programBeside } from './sandbox/program-beside.ts'
export { applyTransform } from './transform/apply-transform.ts'
export { createTransformCache, type TransformCache, type TransformCompilation } from './transform/transform-cache.ts'
export {
  createTransformPool,
  type CompileBusy,
  type TransformPool,
  type TransformPoolOptions,
  type Transforms,
} from './transform/transform-pool.ts'
export type { TransformAnswer, TransformJob } from './transform/transform-job.ts'
export * from './vault.ts'
