/**
 * Receive. In come requests of other systems to the public URLs of listeners; out go committed requests and runs, and the
 * callers' answers. It verifies raw bytes before it parses them, keeps the bytes as they came, says 2xx only after the commit
 * is synced, and keeps what it refuses with the reason. It never runs flows and never sends.
 */
export { ByHand, type Judged, type Verdict } from './by-hand/by-hand.ts'
export type { RequestByHand } from './by-hand/inbound-by-hand.ts'
export { splitting } from './splitting.ts'
export { callerOf, compileAddresses, networkOf, type AddressMatcher } from './gate/addresses.ts'
export { createRateLimiter } from './gate/rate-limit.ts'
export { Arrivals } from './http/arrivals.ts'
export { createDeadlines, type Deadlines } from './http/deadlines.ts'
export { PublicServer, type TlsMaterial } from './http/public-server.ts'
export { readHeaders } from './request/headers.ts'
export { compileAuth, headersAskedFor, keptSecret, lockedRows, unmatchableSecrets } from './schemes/compile-auth.ts'
export { mapSecrets } from './schemes/map-secrets.ts'
export { RemoteKeys } from './schemes/tokens/remote-keys.ts'
export type { CompiledScheme } from './schemes/scheme.ts'
export type { VerifyRequest } from './schemes/verification.ts'
export { Ingest, type IngestDeps } from './server.ts'
export { completeListener } from './systems/complete-listener.ts'
export { rangesAllowed } from './systems/published-ranges.ts'
export { allSystems, Catalogue, isSystem, presetNames, systemNames, systemOf } from './systems/registry.ts'
export type { System } from './systems/system.ts'
