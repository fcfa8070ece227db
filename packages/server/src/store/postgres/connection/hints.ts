import assert from 'node:assert/strict'
import pg from 'pg'
import { AppError, type RunId, type SessionId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import type { Hint } from '../../port/hints.ts'
import type { LaneId } from '../../port/lanes.ts'

export interface HintsOptions {
  readonly url: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

interface WaitingHint {
  readonly lanes: Set<LaneId>
  readonly replied: Set<RunId>
  runs: boolean
}

/** What is sent to all. */
const ALL = 'posthorn'

const CONNECT_MS = 5000
const RECONNECT_MS = 1000
/** PostgreSQL takes less than 8,000 bytes. Ids are ASCII; the names of steps in lanes are counted as if each character took three bytes. */
const PAYLOAD_CHARACTERS_MAX = 2500
/** What JSON puts around an id. */
const QUOTES = 3
/** So many sessions or ids may wait to be sent; of more nothing is said. */
const WAITING_MAX = 10_000

/**
 * What processes send each other so that nobody has to look for it: NOTIFY on a connection of its own, never in the transaction of the
 * work, whose commit would then wait for a lock that all databases' notifications share. Nothing depends on it: a hint that is lost, as
 * while the connection is away or behind a pooler that does not pass it on, costs its receiver the time until it looks by itself.
 *
 *   away      --listen(), or a second after a loss--> connected    it listens as the session it heard of last
 *   connected --the connection is lost--> away    with a timer, and nothing is sent meanwhile
 *   any       --close()--> closed
 *
 * What must hold: of the connections that were made only `#client` is listened to and spoken on; one statement is under way at a time.
 */
export class Hints {
  readonly #options: HintsOptions
  readonly #listeners: ((hint: Hint) => void)[] = []
  /** What is to be sent, by whom it goes to, and how much that is. */
  #waiting = new Map<string, WaitingHint>()
  #size = 0
  #session: SessionId | undefined
  /** Undefined: away, or closed. */
  #client: pg.Client | undefined
  #isNotifying = false
  #isClosed = false
  #again: Timer | undefined

  constructor(options: HintsOptions) {
    this.#options = options
  }

  /** Hears what is sent to this session from now on, instead of what was sent to the one before. */
  listen(session: SessionId): void {
    this.#session = session
    if (this.#isClosed) return
    const on = this.#client
    if (on === undefined) {
      this.#again?.cancel()
      void this.#connect()
    } else this.#subscribe(on).catch((error: unknown) => this.#lose(on, error))
  }

  /** `to`: null for all other processes. */
  send(to: SessionId | null, { lanes = [], replied = [], runs = false }: Partial<Hint>): void {
    if (this.#client === undefined || this.#size >= WAITING_MAX) return
    let waiting = this.#waiting.get(to ?? ALL)
    if (waiting === undefined) this.#waiting.set(to ?? ALL, (waiting = { lanes: new Set(), replied: new Set(), runs: false }))
    const before = sizeOf(waiting)
    for (const lane of lanes) waiting.lanes.add(lane)
    for (const run of replied) waiting.replied.add(run)
    if (runs) waiting.runs = true
    this.#size += sizeOf(waiting) - before
    void this.#flush()
  }

  onHint(listener: (hint: Hint) => void): void {
    this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#again?.cancel()
    const last = this.#client
    this.#client = undefined
    await last?.end().catch(() => {})
  }

  #hear(payload: string | undefined): void {
    const hint = read(payload)
    if (hint !== undefined) for (const listener of this.#listeners) listener(hint)
  }

  async #connect(): Promise<void> {
    assert(this.#client === undefined && !this.#isClosed, 'one connection at a time')
    this.#again = undefined
    const client = this.#newClient()
    this.#client = client
    try {
      await client.connect()
      // Notifications that a crash takes back are no loss, and their commit holds a lock.
      await client.query('set synchronous_commit = off')
      await this.#subscribe(client)
      void this.#flush()
    } catch (error) {
      this.#lose(client, error)
    }
  }

  #newClient(): pg.Client {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'posthorn hints',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      keepAlive: true,
    })
    client.on('notification', ({ payload, processId }) => {
      // What this process sent to all it knows.
      if (processId !== (client as unknown as { processID: number | null }).processID) this.#hear(payload)
    })
    client.on('error', (error) => this.#lose(client, error))
    client.on('end', () => this.#lose(client, new Error('the connection was closed')))
    return client
  }

  #lose(lost: pg.Client, error: unknown): void {
    if (this.#client !== lost) return
    const { log, clock } = this.#options
    this.#client = undefined
    void lost.end().catch(() => {})
    if (this.#isClosed) return
    log.info('store.hints.lost', { error: new AppError('store_unavailable', { cause: error }) })
    this.#again = clock.after(RECONNECT_MS, () => void this.#connect())
  }

  async #subscribe(on: pg.Client): Promise<void> {
    if (this.#session !== undefined) await on.query(`unlisten *; listen ${ALL}; listen ${on.escapeIdentifier(this.#session)}`)
  }

  /** One statement at a time, with all that one commit brings: what comes up meanwhile goes with the next. */
  async #flush(): Promise<void> {
    const on = this.#client
    if (this.#isNotifying || this.#size === 0 || on === undefined) return
    this.#isNotifying = true
    await Promise.resolve()
    const waiting = this.#waiting
    this.#waiting = new Map()
    this.#size = 0
    try {
      await on.query(notify(waiting))
    } catch (error) {
      this.#lose(on, error)
    }
    this.#isNotifying = false
    void this.#flush()
  }
}

function notify(waiting: ReadonlyMap<string, WaitingHint>): pg.QueryConfig {
  const channels: string[] = []
  const payloads: string[] = []
  for (const [to, hint] of waiting) {
    for (const payload of payloadsOf(hint)) {
      channels.push(to)
      payloads.push(payload)
    }
  }
  const text = 'select pg_notify(c, p) from unnest($1::text[], $2::text[]) x(c, p)'
  return { name: 'hint', text, values: [channels, payloads] }
}

const sizeOf = ({ lanes, replied, runs }: WaitingHint): number => lanes.size + replied.size + Number(runs)

/** As many hints as it takes for each to be short enough. */
function payloadsOf(waiting: WaitingHint): string[] {
  const hints = [{ lanes: [] as string[], replied: [] as string[], runs: waiting.runs }]
  let characters = 0
  for (const kind of ['lanes', 'replied'] as const) {
    for (const id of waiting[kind]) {
      if (characters > 0 && characters + id.length > PAYLOAD_CHARACTERS_MAX) {
        hints.push({ lanes: [], replied: [], runs: false })
        characters = 0
      }
      hints.at(-1)![kind].push(id)
      characters += id.length + QUOTES
    }
  }
  return hints.map((hint) => JSON.stringify(hint))
}

/** Undefined for what is none: anybody who may connect to the database may notify. */
function read(payload: string | undefined): Hint | undefined {
  try {
    const { lanes, replied, runs } = JSON.parse(payload ?? '') as Record<keyof Hint, unknown>
    return isTexts(lanes) && isTexts(replied) ? { lanes, replied: replied as RunId[], runs: runs === true } : undefined
  } catch {
    return undefined
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}
