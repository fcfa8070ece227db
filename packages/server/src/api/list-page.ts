import type { Stretch } from '#store'
import { inWindows, type Looked } from './look-through.ts'
import { pageAnswer, readPage, rowsOfPage, type PageKey, type PageQuery } from './page.ts'
import type { Answer } from './route.ts'

/** A list that is read by a key of its rows, their id or name. */
interface Listing<Row, Item> {
  readonly kind: PageKey
  readonly natural?: 'ascending' | 'descending'
  /** Where the key stands in a row. */
  readonly by: keyof Row
  /** The rows of a page, and one more if there are more. */
  readonly read: (rows: Stretch) => Promise<readonly Row[]>
  readonly item: (row: Row) => Item | Promise<Item>
  /** Which rows are asked for; absent: all. It is asked of every row, so the answer may come short. */
  readonly fits?: ((row: Row) => boolean) | undefined
}

/** Where rows are left out, one call looks through 20,000 of them, so many in a turn. */
const WINDOW_ROWS = 200
const WINDOWS_MAX = 100

/** Answers one page of a list. */
export async function listPage<Row, Item>(
  query: PageQuery,
  { kind, natural = 'ascending', by, read, item, fits }: Listing<Row, Item>,
): Promise<Answer> {
  const page = readPage(query, kind, natural)
  const key = (row: Row) => String(row[by])
  const stretch = rowsOfPage(page)
  const { rows, stoppedAt } =
    fits === undefined ? { rows: await read(stretch), stoppedAt: null } : await fitting(stretch, { read, key, fits })
  const answer = pageAnswer(page, rows, { key, item, stoppedAt })
  return { status: 200, body: { ...answer, data: await Promise.all(answer.data) } }
}

interface Sifting<Row> extends Pick<Listing<Row, unknown>, 'read'> {
  readonly key: (row: Row) => string
  readonly fits: (row: Row) => boolean
}

/** The rows of a stretch that fit, and where the looking stopped. */
export function fitting<Row>(stretch: Stretch, { read, key, fits }: Sifting<Row>): Promise<Looked<Row>> {
  return inWindows({ wanted: stretch.limit, beyond: stretch.beyond, windowsMax: WINDOWS_MAX }, async (beyond, most) => {
    const rows = await read({ ...stretch, beyond, limit: WINDOW_ROWS })
    const last = rows.length < WINDOW_ROWS ? undefined : rows.at(-1)
    return { rows: rows.filter(fits).slice(0, most), end: last === undefined ? null : key(last) }
  })
}

/** For rows that are asked for by nothing but a text in one of these fields. */
export function fitsText<Row>(
  text: string | undefined,
  fields: (row: Row) => readonly (string | null)[],
): ((row: Row) => boolean) | undefined {
  return text === undefined ? undefined : (row) => holdsText(text, fields(row))
}

/** Whether a text stands in one of the fields, in capital or small letters; without one everything fits. */
export function holdsText(text: string | undefined, fields: readonly (string | null)[]): boolean {
  const wanted = text?.toLowerCase() ?? ''
  return wanted === '' || fields.some((field) => field?.toLowerCase().includes(wanted) === true)
}

/** A list that stands in memory, in the ascending order of its key: what ships with the program. */
interface ShippedListing<Row, Item> {
  readonly kind: PageKey
  readonly by: keyof Row
  readonly rows: readonly Row[]
  readonly item: (row: Row) => Item
}

/** Answers one page of what ships with the program. */
export function listShipped<Row, Item>(query: PageQuery, { kind, by, rows, item }: ShippedListing<Row, Item>): Promise<Answer> {
  const read = async ({ order, beyond, limit }: Stretch) => {
    const isBeyond = (row: Row) => beyond === null || (order === 'asc' ? String(row[by]) > beyond : String(row[by]) < beyond)
    return (order === 'asc' ? rows : rows.toReversed()).filter(isBeyond).slice(0, limit)
  }
  return listPage(query, { kind, by, read, item })
}
