import type { TableProgress } from '@posthorn/server'

/** A long table says so often how far it is. */
const ROWS_BETWEEN = 100_000

/** Says of each table that is not empty how many rows there were, and meanwhile how far a long one is. */
export function progressSpeaker(): (progress: TableProgress) => void {
  let next = ROWS_BETWEEN
  return ({ table, rows, done }) => {
    if (done ? rows > 0 : rows >= next) process.stderr.write(`${table}: ${rows.toLocaleString('en')}${done ? '' : ' so far'}\n`)
    next = done ? ROWS_BETWEEN : Math.max(next, (Math.floor(rows / ROWS_BETWEEN) + 1) * ROWS_BETWEEN)
  }
}
