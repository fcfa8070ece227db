/** Plumbing that every room is handed: clock, randomness, network, log, secrets at rest. Knows no noun. */
export { Batcher } from './batcher.ts'
export { makeFolder } from './make-folder.ts'
export { type Unlisten, type WakeUps, createWakeUps } from './wake-ups.ts'
export { beginningAtHand, bodyAtHand } from './body/body-at-hand.ts'
export { writeAnswer, type Exchange } from './http/write-answer.ts'
export { writeStream, type ByteStream } from './http/write-stream.ts'
export { BodyPieces, PIECE_BYTES } from './body/body-pieces.ts'
export { jsonObject } from './body/json-object.ts'
export { JsonScan, type JsonVisitor } from './body/json-scan.ts'
export { textOf } from './body/charset.ts'
export { formInSteps } from './body/form.ts'
export {
  badXml,
  createXmlReader,
  parseBody,
  planBody,
  tooDeep,
  wrongBytes,
  type ParsedBody,
  type ParseOptions,
  type UnreadableBody,
} from './body/parse-body.ts'
export { writeXml } from './body/write-xml.ts'
export { fieldsOf, type FormFile, type RequestForm } from './body/request-form.ts'
export { scanInTurns, together, utf8InTurns } from './body/scan-in-turns.ts'
export { type Clock, type Timer, sleep, systemClock } from './clock.ts'
export { Crowd, type Placed } from './crowd/crowd.ts'
export { createEgress } from './egress/create-egress.ts'
export type { Egress, EgressOutcome, HeaderPair } from './egress/egress.ts'
export { type Failure, failures } from './egress/failures.ts'
export { type Failpoint, createFailpoint, noFailpoint } from './failpoint.ts'
export { inTurns } from './in-turns.ts'
export { LineWriter } from './line-writer.ts'
export { type Log, createLog } from './log.ts'
export {
  type FoundMasterKey,
  keepNextMasterKey,
  makeMasterKey,
  masterKeyPath,
  newMasterKeyText,
  readMasterKey,
  readNextMasterKey,
  takeNextMasterKey,
} from './master-key.ts'
export { type OpenFiles, createOpenFiles } from './open-files.ts'
export { PeriodicLook } from './periodic-look.ts'
export { type Random, systemRandom } from './random.ts'
export { createSayOnce } from './say-once.ts'
export { type Part, type Shutdown, createShutdown } from './shutdown.ts'
export { createExposition, type Exposition, type Readings } from './metrics/exposition.ts'
export { watchLoopDelay } from './metrics/loop-delay.ts'
export { type Metric, metrics } from './metrics/metrics-table.ts'
export { readStoreMark, storeMarkPath, writeStoreMark } from './store-mark.ts'
export { createChildPool, type ChildPool } from './sandbox/child-pool.ts'
export type { PoolAnswer } from './sandbox/pool-answer.ts'
export { programBeside } from './sandbox/program-beside.ts'
export { applyTransform } from './transform/apply-transform.ts'
export { createTransformCache, type TransformCompilation } from './transform/transform-cache.ts'
export { createTransformPool, type CompileBusy, type Transforms } from './transform/transform-pool.ts'
export type { TransformAnswer, TransformJob } from './transform/transform-job.ts'
export type { ComputeJob, ComputeReading } from './compute/compute-job.ts'
export type { StepRead } from './transform/steps-read.ts'
export { giveBackOnceIdle, handedOn } from './young-garbage.ts'
export { createTurnLength } from './turn-length.ts'
export { type MasterKey, type Opened, type Vault, createVault, masterKeyFromText } from './vault.ts'
