import pg from 'pg'
import { AppError, type RunId, type SessionId } from '#domain'
import type { Clock, Log, Timer } from '#platform'
import type { Hint, LaneId } from '../store.ts'

/**
 * What processes tell each other so that nobody has to look for it: NOTIFY on a connection of its own, never in the transaction of the
 * work, whose commit would then wait for a lock that all databases' notifications share. Nothing depends on it: a hint that is lost, as
 * while the connection is away or behind a pooler that does not pass it on, costs its receiver the time until it looks by itself.
 */
export interface Hints {
  /** Hears what is told to this session from now on, instead of what was told to the one before. */
  listen(session: SessionId): void
  /** Null: all other processes. */
  tell(to: SessionId | null, hint: Partial<Hint>): void
  onHint(listener: (hint: Hint) => void): void
  close(): Promise<void>
}

export interface HintsOptions {
  readonly url: string
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

interface Told {
  readonly lanes: Set<LaneId>
  readonly replied: Set<RunId>
  runs: boolean
}

/** What is told to all. */
const ALL = 'posthorn'

const CONNECT_MS = 5000
const RECONNECT_MS = 1000
/** PostgreSQL takes less than 8,000 bytes. Ids are ASCII; the names of steps in lanes are counted as if each character took three bytes. */
const PAYLOAD_CHARACTERS_MAX = 2500
/** What JSON puts around an id. */
const QUOTES = 3
/** So many sessions or ids may wait to be told of; of more nothing is said. */
const WAITING_MAX = 10_000

export function createHints({ url, clock, log }: HintsOptions): Hints {
  const listeners: ((hint: Hint) => void)[] = []
  let waiting = new Map<string, Told>()
  let size = 0
  let session: SessionId | undefined
  let client: pg.Client | undefined
  let busy = false
  let closed = false
  let again: Timer | undefined

  const hear = (payload: string | undefined): void => {
    const hint = read(payload)
    if (hint !== undefined) for (const listener of listeners) listener(hint)
  }

  const connect = async (): Promise<void> => {
    again = undefined
    const mine = new pg.Client({
      connectionString: url,
      application_name: 'posthorn hints',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      keepAlive: true,
    })
    client = mine
    mine.on('notification', ({ payload, processId }) => {
      // What this process told all of it knows.
      if (processId !== (mine as unknown as { processID: number | null }).processID) hear(payload)
    })
    mine.on('error', (error) => lose(mine, error))
    mine.on('end', () => lose(mine, new Error('the connection was closed')))
    try {
      await mine.connect()
      // Notifications that a crash takes back are no loss, and their commit holds a lock.
      await mine.query('set synchronous_commit = off')
      await subscribe(mine)
      void flush()
    } catch (error) {
      lose(mine, error)
    }
  }

  const lose = (lost: pg.Client, error: unknown): void => {
    if (client !== lost) return
    client = undefined
    void lost.end().catch(() => {})
    if (closed) return
    log.info('store.hints.lost', { error: new AppError('store_unavailable', { cause: error }) })
    again = clock.after(RECONNECT_MS, () => void connect())
  }

  const subscribe = async (on: pg.Client): Promise<void> => {
    if (session !== undefined) await on.query(`unlisten *; listen ${ALL}; listen ${on.escapeIdentifier(session)}`)
  }

  /** One statement at a time, with all that one commit tells: what comes up meanwhile goes with the next. */
  const flush = async (): Promise<void> => {
    const on = client
    if (busy || size === 0 || on === undefined) return
    busy = true
    await Promise.resolve()
    const told = waiting
    waiting = new Map()
    size = 0
    const channels: string[] = []
    const payloads: string[] = []
    for (const [to, hint] of told) {
      for (const payload of payloadsOf(hint)) {
        channels.push(to)
        payloads.push(payload)
      }
    }
    try {
      await on.query({
        name: 'hint',
        text: 'select pg_notify(c, p) from unnest($1::text[], $2::text[]) x(c, p)',
        values: [channels, payloads],
      })
    } catch (error) {
      lose(on, error)
    }
    busy = false
    void flush()
  }

  return {
    listen(id) {
      session = id
      if (closed) return
      if (client === undefined) {
        again?.cancel()
        void connect()
      } else {
        const on = client
        subscribe(on).catch((error: unknown) => lose(on, error))
      }
    },
    tell(to, { lanes = [], replied = [], runs = false }) {
      if (closed || client === undefined || size >= WAITING_MAX) return
      let told = waiting.get(to ?? ALL)
      if (told === undefined) waiting.set(to ?? ALL, (told = { lanes: new Set(), replied: new Set(), runs: false }))
      const before = sizeOf(told)
      for (const lane of lanes) told.lanes.add(lane)
      for (const run of replied) told.replied.add(run)
      if (runs) told.runs = true
      size += sizeOf(told) - before
      void flush()
    },
    onHint: (listener) => void listeners.push(listener),
    async close() {
      closed = true
      again?.cancel()
      const last = client
      client = undefined
      await last?.end().catch(() => {})
    },
  }
}

const sizeOf = ({ lanes, replied, runs }: Told): number => lanes.size + replied.size + Number(runs)

/** As many hints as it takes for each to be short enough. */
function payloadsOf(told: Told): string[] {
  const hints = [{ lanes: [] as string[], replied: [] as string[], runs: told.runs }]
  let characters = 0
  for (const kind of ['lanes', 'replied'] as const) {
    for (const id of told[kind]) {
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
