import type { Opened } from '#platform'
import { SEALED_PREFIX } from '#platform/plain'
import type { Query } from '../kysely-dialect.ts'
import { columnsOf, sealedPlaces, type SealedPlace } from './sealed-places.ts'
import { StoreRefusedError, type Reseal } from './store-key.ts'
import type { TableProgress } from '../table-progress.ts'

export interface ResealOptions {
  /** Parameters are written `?`. All calls are within one transaction. */
  readonly query: Query
  readonly reseal: Reseal
  readonly progress: (progress: TableProgress) => void
}

export interface ResealedAmount {
  readonly texts: number
  /** Texts that did not open, and that nobody waits for. They are as they were. */
  readonly leftClosed: number
}

/** A text may be an answer of a megabyte. */
const PAGE_ROWS = 100
const NAMED_MAX = 20

/** Seals everything anew that the store keeps sealed, or rejects with `StoreRefusedError`, which names what does not open: then the transaction is to be rolled back. */
export async function resealTexts({ query, reseal, progress }: ResealOptions): Promise<ResealedAmount> {
  const closed: string[] = []
  let texts = 0
  let leftClosed = 0
  for (const place of keptPlaces) {
    let rows = 0
    for await (const page of pagesOf(query, place)) {
      const opened: ResealedRow[] = []
      for (const { row, isIdle } of page) {
        const bound = place.belonging(row)
        const sealed = reseal(row[place.column]!, bound)
        if (sealed.ok) opened.push({ row, sealed: sealed.plain })
        else if (isIdle) leftClosed++
        else closed.push(nameOf(bound, sealed, closed.length))
      }
      if (opened.length > 0 && closed.length === 0) await write(query, place, opened)
      rows += opened.length
      progress({ table: place.table, rows, done: false })
    }
    progress({ table: place.table, rows, done: true })
    texts += rows
  }
  if (closed.length > 0) throw new StoreRefusedError(refusal(closed))
  return { texts, leftClosed }
}

const keptPlaces = Object.values(sealedPlaces).filter((place) => place !== null)

interface SealedRow {
  readonly row: Readonly<Record<string, string>>
  readonly isIdle: boolean
}

interface ResealedRow {
  readonly row: Readonly<Record<string, string>>
  readonly sealed: string
}

async function* pagesOf(query: Query, place: SealedPlace): AsyncIterable<readonly SealedRow[]> {
  const { table, column, key, idle } = place
  const keys = key.map((name) => `t.${name}`).join(', ')
  const page = (condition: string) =>
    `select ${columnsOf(place)}, (${idle}) as is_idle from ${table} t
      where t.${column} like '${SEALED_PREFIX}%'${condition} order by ${keys} limit ${PAGE_ROWS}`
  const first = page('')
  const next = page(` and (${keys}) > (${key.map(() => '?').join(', ')})`)
  let after: readonly string[] | undefined
  for (;;) {
    const rows = (await query(after === undefined ? first : next, after ?? [])) as Record<string, string>[]
    if (rows.length > 0) yield rows.map((row) => ({ row, isIdle: Boolean(row['is_idle']) }))
    if (rows.length < PAGE_ROWS) return
    after = key.map((name) => rows.at(-1)![name]!)
  }
}

async function write(query: Query, { table, column, key }: SealedPlace, rows: readonly ResealedRow[]): Promise<void> {
  const line = `(${[...key, column].map(() => '?').join(', ')})`
  const same = key.map((name, i) => `t.${name} = v.column${i + 1}`).join(' and ')
  await query(
    `update ${table} as t set ${column} = v.column${key.length + 1} from (values ${rows.map(() => line).join(', ')}) as v where ${same}`,
    rows.flatMap(({ row, sealed }) => [...key.map((name) => row[name]), sealed]),
  )
}

/** Of thousands, the first are named and the others counted. */
function nameOf(bound: string, { code }: Extract<Opened<string>, { ok: false }>, before: number): string {
  return before < NAMED_MAX ? `${bound} (${code})` : ''
}

function refusal(closed: readonly string[]): string {
  const named = closed.slice(0, NAMED_MAX).join(', ')
  const more = closed.length > NAMED_MAX ? ` and ${closed.length - NAMED_MAX} more` : ''
  return `Nothing was changed, because the present master key does not open all that is sealed: ${named}${more}. Start the server, set these anew or remove what they belong to, and repeat the change.`
}
