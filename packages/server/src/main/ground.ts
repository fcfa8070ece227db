import type { Config, ConfigSources } from '#config'
import type { Ids } from '#domain'
import type { Clock, Failpoint, LineWriter, Log, Random, Shutdown } from '#platform'
import type { Store } from '#store'
import type { EmbeddedOptions } from '#store/sqlite'

export interface ServerSources extends ConfigSources {
  /** For trying out: `http:` and loopback targets are allowed while the server itself listens on loopback only. */
  readonly dev: boolean
  /** Said by hand at this start: begin a new store where one has been; or go on without what only a lost master key opens. */
  readonly intent?: 'new' | 'new_key' | undefined
  /** Where others share this process's port: the metrics of all of them. Absent: its own are all. */
  readonly figuresOfAll?: (() => Promise<string>) | undefined
}

/** What tests put in the place of a part of the ground. */
export interface ServerOverrides {
  readonly store?: (store: Store) => Store
  /** Handed the open file of an embedded store, to make it fail. */
  readonly sqliteOpened?: EmbeddedOptions['opened']
}

/** What is there before any room: the settings, and what each room is handed instead of reaching for it. */
export interface Ground {
  readonly config: Config
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Where the log goes. */
  readonly lines: LineWriter
  readonly ids: Ids
  readonly failpoint: Failpoint
  readonly shutdown: Shutdown
  readonly intent: 'new' | 'new_key' | null
  readonly figuresOfAll: (() => Promise<string>) | undefined
  readonly overrides: ServerOverrides
  /** Resolves with the migration of a newer program that this one must not work on beside. */
  readonly outdated: PromiseWithResolvers<string>
}

/** Faults of the configuration or of the machine, as sentences for the operator. */
export class StartError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'StartError'
    this.faults = faults
  }
}

/** Attempts under way at once; the limit of open files is made from it, too. */
export const IN_FLIGHT_MAX = 512
