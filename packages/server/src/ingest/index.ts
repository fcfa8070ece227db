/**
 * Receive. In come requests of other systems to the public URLs of listeners; out go committed requests and runs, and the
 * callers' answers. It verifies raw bytes before it parses them, keeps the bytes as they came, says 2xx only after the commit
 * is synced, and keeps what it refuses with the reason. It never runs flows and never sends.
 */
export { lockedRows, type LockedRow } from './body/expected.ts'
export { callerOf, compileAddresses, type AddressMatcher } from './gate/addresses.ts'
export { createRateLimiter } from './gate/rate-limit.ts'
export { endAndClose } from './http/body.ts'
export { createPublicServer, publicServerOptions, type PublicServer } from './http/public-server.ts'
export { challengeOf, compileAuth, keptSecret, type AuthCompilation, type CompiledAuth } from './schemes/compile-auth.ts'
export { unmatchableSecrets } from './schemes/unmatchable.ts'
export { verify, type AuthFailureCode, type Verification, type VerifyRequest } from './schemes/verify.ts'
export { createIngest, type Ingest, type IngestDeps } from './server.ts'
export { completeListener, type CompletedListener } from './systems/complete-listener.ts'
export { systemOf, systems } from './systems/registry.ts'
export type { System } from './systems/system.ts'
