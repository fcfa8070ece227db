import { expect, test } from 'vitest'
import type { Stretch } from '#store'
import { lookThrough, mergeLooked, type Looked } from './look-through.ts'
import { pageAnswer, type PageRequest } from './page.ts'

interface Row {
  readonly id: string
}

/** A log in memory, read as the store would; counts the rows that were looked at. */
function createLog(rows: readonly Row[], fits: (row: Row) => boolean = () => true) {
  let read = 0
  const within = ({ order, beyond, upTo = null }: Stretch) => {
    const sorted = order === 'asc' ? rows : rows.toReversed()
    const after = (one: string, other: string) => (order === 'asc' ? one > other : one < other)
    return sorted.filter(({ id }) => (beyond === null || after(id, beyond)) && (upTo === null || !after(id, upTo)))
  }
  const windowEnd = async (stretch: Stretch) => within(stretch)[stretch.limit - 1]?.id ?? null
  const matching = async (stretch: Stretch) => {
    const all = within(stretch)
    read += all.length
    return all.filter(fits).slice(0, stretch.limit)
  }
  return { reader: { filtered: true, windowEnd, rows: matching, windowsMax: 10 }, readSoFar: () => read }
}

const rowsOf = (count: number, from = 0) => Array.from({ length: count }, (_, i) => ({ id: `x_${String(from + i).padStart(6, '0')}` }))
const number = ({ id }: Row) => Number(id.slice(2))
const stretch = ({ order, beyond, limit }: PageRequest): Stretch => ({ order, beyond, limit: limit + 1 })

/** Everything that a caller gets who follows the iterators, and how many he followed. */
async function follow(first: PageRequest, look: (page: PageRequest) => Promise<Looked<Row>>) {
  const seen: Row[] = []
  let pages = 0
  for (let page = first; ; pages++) {
    const { rows, stoppedAt } = await look(page)
    const { data, iterator, prevIterator, done } = pageAnswer(page, rows, { key: ({ id }) => id, item: (row) => row, stoppedAt })
    seen.push(...(page.backwards ? data.toReversed() : data))
    if (done) return { seen, pages }
    page = { ...page, beyond: page.backwards ? prevIterator!.slice(1) : iterator }
  }
}

test.for([
  { order: 'asc', backwards: false, key: 'req' },
  { order: 'desc', backwards: false, key: 'req' },
  { order: 'asc', backwards: true, key: 'req' },
] as const)('finds everything that fits, a bounded part of the log at each call ($order, $backwards)', async (direction) => {
  const log = createLog(rowsOf(70_001), (row) => number(row) % 9000 === 17)
  let most = 0
  const { seen, pages } = await follow({ limit: 3, beyond: null, ...direction }, async (page) => {
    const before = log.readSoFar()
    const found = await lookThrough(stretch(page), log.reader)
    most = Math.max(most, log.readSoFar() - before)
    return found
  })
  const expected = [17, 9017, 18017, 27017, 36017, 45017, 54017, 63017]
  expect(seen.map(number)).toEqual(direction.order === 'asc' ? expected : expected.toReversed())
  expect(most).toBe(20_000)
  expect(pages).toBe(3)
})

test('a page that is full needs no further window, and one that nothing fits says where to go on', async () => {
  const page: PageRequest = { limit: 5, beyond: null, order: 'asc', backwards: false, key: 'req' }
  const full = createLog(rowsOf(50_000))
  expect(await lookThrough(stretch(page), full.reader)).toEqual({ rows: rowsOf(6), stoppedAt: null })
  expect(full.readSoFar()).toBe(2000)
  const none = createLog(rowsOf(50_000), () => false)
  expect(await lookThrough(stretch(page), none.reader)).toEqual({ rows: [], stoppedAt: 'x_019999' })
  expect(await lookThrough({ ...stretch(page), beyond: 'x_039999' }, none.reader)).toEqual({ rows: [], stoppedAt: null })
})

test('without a filter the page is read at once', async () => {
  const page: PageRequest = { limit: 5, beyond: null, order: 'desc', backwards: false, key: 'req' }
  const { reader } = createLog(rowsOf(50_000))
  const windowEnd = () => {
    throw new Error('not needed')
  }
  expect(await lookThrough(stretch(page), { ...reader, filtered: false, windowEnd })).toEqual({
    rows: rowsOf(6, 49_994).toReversed(),
    stoppedAt: null,
  })
})

test.for(['asc', 'desc'] as const)('several logs make one: nothing is shown that may have others before it (%s)', async (order) => {
  const rows = rowsOf(90_000)
  const fits = (row: Row) => number(row) % 7001 < 2
  // The second is short, so its end is reached while the first is still looked through.
  const logs = [rows.filter((row) => number(row) % 3 > 0), rows.filter((row) => number(row) % 3 === 0)].map((part) => createLog(part, fits))
  const { seen } = await follow({ limit: 2, beyond: null, order, backwards: false, key: 'req' }, async (page) =>
    mergeLooked(page, await Promise.all(logs.map(({ reader }) => lookThrough(stretch(page), { ...reader, windowsMax: 2 })))),
  )
  const expected = rows.filter(fits)
  expect(seen).toEqual(order === 'asc' ? expected : expected.toReversed())
})
