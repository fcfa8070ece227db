/**
 * Receive. In come requests of other systems to the public URLs of listeners; out go committed requests and runs, and the
 * callers' answers. It verifies raw bytes before it parses them, keeps the bytes as they came, says 2xx only after the commit
 * is synced, and keeps what it refuses with the reason. It never runs flows and never sends.
 */
export { callerOf, compileAddresses, type AddressMatcher } from './addresses.ts'
export { endAndClose } from './body.ts'
export { challengeOf, compileAuth, keptSecret, type AuthCompilation, type CompiledAuth } from './compile-auth.ts'
export { lockedRows, type LockedRow } from './expected.ts'
export { completeListener, type CompletedListener } from './systems/complete-listener.ts'
export { createRateLimiter } from './rate-limit.ts'
export { systemOf, systems } from './systems/registry.ts'
export type { System } from './systems/system.ts'
export { createPublicServer, publicServerOptions, type PublicServer } from './public-server.ts'
export { createIngest, type Ingest, type IngestDeps } from './server.ts'
export { unmatchableSecrets } from './unmatchable.ts'
export { verify, type AuthFailureCode, type Verification, type VerifyRequest } from './verify.ts'
