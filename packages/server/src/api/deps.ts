import type { InstallOut } from '@posthorn/contract'
import type { Committer, ConfigCache, OperationalMessages, Session, Topics, Traces } from '#coordination'
import type { Delivery } from '#delivery'
import type { Ids } from '#domain'
import type { SegmentPool } from '#flows'
import type { ByHand } from '#ingest'
import type { WakeUps, Clock, Egress, Exposition, Failpoint, Log, Random, Transforms, Vault } from '#platform'
import type { SiloAmount, Store } from '#store'
import type { SignInProvider } from './session/provider/sign-in-provider.ts'

/** What is known of this installation where it is put together. */
export interface InstallFacts {
  readonly version: string
  readonly startedAt: number
  /** Of the embedded store, of files and of the master key. */
  readonly folder: string
  /** This process among those that share the work. */
  readonly session: string
  /** As they were set, without secrets. */
  readonly settings: InstallOut['settings']
  sizes(): Promise<Pick<InstallOut['storage'], 'freeBytes' | 'databaseBytes'>>
}

/** What the routes are handed. */
export interface ApiDeps {
  readonly store: Store
  readonly committer: Committer
  /** This process's life, by which others know whether what it has under way will end. */
  readonly session: Pick<Session, 'id'>
  readonly config: ConfigCache
  /** What the operator is notified of. */
  readonly operational: OperationalMessages
  readonly wakeUps: WakeUps<Topics>
  readonly egress: Pick<Egress, 'vet'>
  /** Reaches any address: only what the operator chose is called with it. */
  readonly trustedEgress: Pick<Egress, 'send'>
  /** Tests are sent at once and by nobody else, so they do not go through the store. */
  readonly delivery: Pick<Delivery, 'sendTest' | 'tryStep'>
  /** For expressions that are tried out: processes of its own, so that a try never waits for live work, nor that for it. */
  readonly transforms: Transforms
  /** Likewise for flows that are tried out. */
  readonly segmentPool: Pick<SegmentPool, 'run'>
  /** Requests that people hand in are judged as those that come. */
  readonly byHand: Pick<ByHand, 'judge' | 'operation' | 'proofOf' | 'prove' | 'leadsTo' | 'isHandshake'>
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly metrics: Exposition
  readonly install: InstallFacts
  /** Where a test may kill the process. */
  readonly failpoint: Failpoint
  /** What the silo of an application may hold. */
  readonly siloQuota?: SiloAmount
  /** Absent: nobody collects traces. */
  readonly traces?: Traces | undefined
  readonly settings: {
    readonly publicUrl: string
    /** Where people reach the API: the public URL, unless listeners have a port of their own and no public URL is configured. */
    readonly apiUrl: string
    /** Proxies whose X-Forwarded-For is believed. */
    readonly trustedProxies: readonly string[]
    /** From one address; more are answered 429. */
    readonly wrongKeysPerMinute: number
    /** Whether callers are asked for one, without which nobody passes where it is the authentication. */
    readonly clientCertificates?: boolean
    readonly secretsReveal: 'once' | 'always'
    readonly payloadBytesMax: number
    /** Origins that may show the portal in a frame. */
    readonly portalHosts: readonly string[]
    /** With whom members may sign in. */
    readonly signInProviders: readonly SignInProvider[]
    /** Where the console was built. */
    readonly consoleFolder: string
  }
}
