import type { StreamEventOut } from '@posthorn/contract'
import { firstIdAt } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { LogTopic } from './log-topics.ts'

/**
 * Ids carry the time at which they were made, and are committed a little later, by several processes whose clocks differ a little. So each
 * look goes back so far behind the one before.
 */
export const OVERLAP_MS = 5000
/** What one look reads of a log. Where more came, those who listen are asked to read the list. */
export const ROWS_MAX = 500
/** Of the rows that will still change, the newest ones are looked at each time. */
const OPEN_MAX = 500

export interface Look {
  readonly application: string
  /** Wall time of the look before; undefined: this is the first one, which reports nothing. */
  readonly since: number | undefined
  /** Rows of which it is known elsewhere that they may have changed. */
  readonly also: readonly string[]
}

export interface Changes<Row> {
  /** New ones, and those that changed, oldest first. */
  readonly rows: readonly Row[]
  /** More came than a look reads; then `rows` is empty. */
  readonly gap: boolean
  /** What is known once they are reported. */
  readonly known: ReadonlyMap<string, Known>
}

interface Known {
  readonly state: string
  readonly isOpen: boolean
}

/** What is known of the newest rows of a log, so that each look finds what is new and what changed. */
export class FollowedLog<Row extends { readonly id: string }> {
  readonly #topic: LogTopic<Row>
  #known: ReadonlyMap<string, Known> = new Map()
  #newest = ''

  constructor(topic: LogTopic<Row>) {
    this.#topic = topic
  }

  /** What is to be reported of changes, which from now on are known. */
  events({ rows, gap, known }: Changes<Row>, application: ApplicationSnapshot): StreamEventOut[] {
    this.#known = known
    for (const id of known.keys()) if (id > this.#newest) this.#newest = id
    return gap ? [{ topic: 'gap', of: [this.#topic.name] }] : rows.map((row) => this.#topic.event(row, application))
  }

  async look({ application, since, also }: Look, now: number): Promise<Changes<Row>> {
    const { prefix } = this.#topic
    const from = firstIdAt(prefix, (since ?? now) - OVERLAP_MS)
    const latest = await this.#topic.latest(application, { order: 'desc', beyond: null, from, limit: ROWS_MAX })
    const read = new Set(latest.map(({ id }) => id))
    const open = [...this.#known].filter(([, { isOpen }]) => isOpen).map(([id]) => id)
    const beside = await this.#topic.heads([...new Set([...open, ...also])].filter((id) => !read.has(id)))
    const rows = [...latest, ...beside].toSorted((a, b) => (a.id < b.id ? -1 : 1))
    // Whether the look before reached as far as this one begins.
    const oldest = latest.reduce((least, { id }) => (id < least ? id : least), latest[0]?.id ?? '')
    const gap = since !== undefined && latest.length === ROWS_MAX && oldest > this.#newest
    const changed = since === undefined || gap ? [] : rows.filter((row) => this.#known.get(row.id)?.state !== this.#topic.state(row))
    return { rows: changed, gap, known: this.#knownOf(rows, read) }
  }

  /** Rows of this look, and those that will still change. */
  #knownOf(rows: readonly Row[], latest: ReadonlySet<string>): ReadonlyMap<string, Known> {
    const open = rows.filter((row) => this.#topic.isOpen(row)).slice(-OPEN_MAX)
    const kept = new Set([...latest, ...open.map(({ id }) => id)])
    const known = (row: Row) => ({ state: this.#topic.state(row), isOpen: this.#topic.isOpen(row) })
    return new Map(rows.filter(({ id }) => kept.has(id)).map((row) => [row.id, known(row)] as const))
  }
}
