import { attemptTimeoutMsBounds } from '@posthorn/contract/plain'

/**
 * Every fixed bound of the nouns, by name. Those that an operator may set (bodies, payloads, the count that disables) are
 * settings with these values as defaults; a room is handed the setting and does not read it here.
 */
export const limits = {
  // What comes in (decisions/sizes).
  bodyBytesMax: 10 * 1024 * 1024,
  fileBytesMax: 200 * 1024 * 1024,
  uploadBytesMax: 256 * 1024 * 1024,
  uploadPartsMax: 100,
  uploadFieldsMax: 1000,
  filesBytesMax: 10 * 1024 * 1024 * 1024,
  jsonDepthMax: 512,
  // Of one request whose listener makes a run of each.
  eventsOfRequestMax: 1000,
  payloadBytesMax: 1024 * 1024,
  stepOutputBytesMax: 1024 * 1024,
  runContextBytesMax: 8 * 1024 * 1024,
  // Of requests that were refused, this much of the body is kept; more where a signature failed, so that it can be checked again.
  rejectedBodyBytesKept: 16 * 1024,
  rejectedBodyBytesKeptUnverified: 1024 * 1024,
  rejectedKeptPerSecond: 10,

  // What goes out.
  attemptTimeoutMs: 10_000,
  attemptTimeoutMsMax: attemptTimeoutMsBounds.max,
  responseBytesMax: 64 * 1024,
  responseBytesKept: 16 * 1024,
  requestBytesKept: 16 * 1024,
  retriesAskedMax: 32,
  retryAfterSecondsMax: 86_400,
  // A first attempt that was counted against a plan's hour begins within this time, or not at all.
  reservedMs: 5000,

  // An endpoint's health.
  circuitAfterFailures: 5,
  circuitProbeMs: 30_000,
  disableAfterFailures: 100,

  // Names and secrets.
  uidLengthMax: 256,
  eventTypeLengthMax: 256,
  endpointEventTypesMax: 500,
  endpointChannelsMax: 10,
  filterCharactersMax: 16 * 1024,
  filterDepthMax: 20,
  channelLengthMax: 128,
  messageChannelsMax: 5,
  secretBytesMin: 24,
  secretBytesMax: 75,
  secretOverlapSecondsMax: 604_800,
  secretsSigningMax: 11,

  // Callers who wait, and what is remembered for them.
  replyTimeoutMs: 15_000,
  replyTimeoutMsMax: 60_000,
  dedupHours: 72,
  idempotencyHours: 24,
  runChainMax: 16,
} as const
