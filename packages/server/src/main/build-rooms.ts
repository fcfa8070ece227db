import { fileURLToPath } from 'node:url'
import { createApi, createCaptures, type ApiDeps } from '#api'
import { batchesOf, ConfigCache, createCommitter, createOperationalMessages, Session, type Topics } from '#coordination'
import { createDelivery } from '#delivery'
import { createFlows, createSegmentPool } from '#flows'
import { ByHand, type Ingest } from '#ingest'
import { createEgress, createTransformCache, createTransformPool, createTurnLength, createWakeUps } from '#platform'
import { IN_FLIGHT_MAX, type Ground } from './ground.ts'
import { installFacts } from './install-facts.ts'
import type { MakeTraces } from './load-traces.ts'
import { createMetrics } from './metrics.ts'
import type { Memory } from './open-memory.ts'
import { waysOut } from './ways-out.ts'

/** Built by `npm start` before it serves. */
const CONSOLE_FOLDER = fileURLToPath(new URL('../../../console/dist', import.meta.url))
/** S23. */
const WRONG_KEYS_PER_MINUTE = 10

/** What callers know this server by. It may name the port, which is only known once the server listens. */
export interface Address {
  publicUrl: string
  apiUrl: string
}

export type Rooms = ReturnType<typeof buildRooms>

/** The rooms in the order in which an event walks, each handed what it shares with others. None has begun to work. */
export function buildRooms(ground: Ground, { store, counts, vault }: Memory, makeTraces: MakeTraces) {
  const { config, clock, random, log, ids, failpoint } = ground
  const wakeUps = createWakeUps<Topics>((error) => log.error('server.wake_up.failed', { error }))
  const roles = new Set(config.roles)
  if (!store.isShared && !(roles.has('flows') && roles.has('delivery')))
    log.warn('server.roles.alone', { roles: config.roles, why: 'nobody else can do the rest of the work in an embedded store' })
  const session = new Session({
    ...{ store, clock, ids, log },
    takes: { lanes: roles.has('delivery'), runs: roles.has('flows') },
    onAdopted: (runs) => flows.adopt(runs),
    onEnded: (migration) => ground.outdated.resolve(migration),
    onLost: () => {
      delivery.forget()
      flows.forget()
    },
  })
  const committer = createCommitter({ ...batchesOf(store), store, session, wakeUps, clock, failpoint })
  const cache = new ConfigCache({ store, clock, log })
  const egress = openEgress(ground)
  const trustedEgress = openTrustedEgress(ground)
  const processes = createProcesses(ground)
  const facts = installFacts(ground, { store, session })
  const traces = makeTraces?.({ session, version: facts.version })
  const operational = createOperationalMessages({ config: cache, ids, clock, log })
  const shared = {
    siloQuota: { entries: config.siloEntriesMax, bytes: config.siloBytesMax },
    ...{ store, session, committer, config: cache, operational, wakeUps, vault, clock, random, ids, log, egress, failpoint },
    transforms: processes.transforms,
    segmentPool: processes.segments,
    turnMs: createTurnLength(),
    traces: traces?.traces,
  }
  const delivery = createDelivery({ ...shared, limits: { inFlightMax: IN_FLIGHT_MAX, disableAfter: config.disableAfter } })
  const flows = createFlows(shared)
  const address: Address = { publicUrl: config.publicUrl ?? '', apiUrl: config.publicUrl ?? '' }
  const settings = settingsOf(ground, address)
  const tryingOut = { transforms: processes.tryOuts, segmentPool: processes.segmentTryOuts }
  let ingest: Ingest | undefined
  const metrics = createMetrics({ store, counts, lines: ground.lines, delivery, flows, traces, ingest: () => ingest }, ground)
  const byHand = new ByHand({ ...shared, settings })
  const figures = { ...metrics, text: ground.figuresOfAll ?? metrics.text }
  const managed: ApiDeps = {
    ...shared,
    ...tryingOut,
    trustedEgress,
    byHand,
    delivery,
    settings,
    metrics: figures,
    install: facts,
  }
  /** The public plane is made last, once its address is known. */
  const observe = (made: Ingest) => void (ingest = made)
  return {
    shared,
    trustedEgress,
    roles,
    delivery,
    flows,
    api: createApi(managed),
    captures: createCaptures(managed),
    address,
    settings,
    processes,
    metrics,
    observe,
  }
}

/** The only way out to what customers name. */
function openEgress({ config, clock, log }: Ground) {
  const { egressAllow, allowHttp } = config
  return createEgress({ clock, log, allow: egressAllow, allowHttp, ...waysOut(config) })
}

/**
 * To whom the operator names: an address of their own network, too, which customers shall not reach for that. It tells nobody of a way out
 * that is lost: one host shows nothing of that, and who calls it says what failed.
 */
function openTrustedEgress({ config, clock }: Ground) {
  return createEgress({
    clock,
    allow: ['0.0.0.0/0', '::/0'],
    // The settings take a plain issuer on this machine only.
    allowHttp: config.signInProviders.some(({ issuer }) => issuer.startsWith('http:')),
    ...waysOut(config),
  })
}

/** They start when the first expression needs one, and go when none does. Whoever tries something out takes no process from live work. */
function createProcesses({ clock }: Ground) {
  const cache = createTransformCache()
  const transforms = createTransformPool({ clock, cache })
  const tryOuts = createTransformPool({ clock, processes: 1, cache })
  const segments = createSegmentPool({ clock })
  const segmentTryOuts = createSegmentPool({ clock, processes: 1 })
  const all = [transforms, tryOuts, segments, segmentTryOuts]
  return { transforms, tryOuts, segments, segmentTryOuts, stop: async () => void (await Promise.all(all.map((pool) => pool.stop()))) }
}

function settingsOf({ config }: Ground, address: Address) {
  return {
    get publicUrl() {
      return address.publicUrl
    },
    get apiUrl() {
      return address.apiUrl
    },
    wrongKeysPerMinute: WRONG_KEYS_PER_MINUTE,
    trustedProxies: config.trustedProxies,
    clientCertificates: config.tlsClientCa !== null,
    bodyBytesMax: config.bodyBytesMax,
    uploadBytesMax: config.uploadBytesMax,
    fileBytesMax: config.fileBytesMax,
    filesBytesMax: config.filesBytesMax,
    payloadBytesMax: config.payloadBytesMax,
    secretsReveal: config.secretsReveal,
    portalHosts: config.portalHosts,
    signInProviders: config.signInProviders,
    consoleFolder: CONSOLE_FOLDER,
  }
}
