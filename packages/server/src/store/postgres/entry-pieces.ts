import type { EntryId } from '#domain'
import { handedOn } from '#platform'
import type { ByteRange, EntryFiles, EntryWriter } from '../port/entry-files.ts'
import type { Run } from './connection/pool.ts'

/** The same for all, so that a place in a file says in which piece it is. */
const PIECE_BYTES = 512 * 1024
/** The driver makes text of bytes first, which V8 keeps for longer where it is large. The server cuts what it does not compress without reading the rest. */
const READ_BYTES = 48 * 1024
/** Longer than any upload takes: what has no entry by then is of a process that died, or that could not tidy up. */
const UNNAMED_MS = 2 * 3_600_000
const SWEPT_MAX = 1000

const insertText = 'insert into entry_piece (entry_id, n, bytes) values ($1, $2, $3)'
const discardText = `
delete from entry_piece p where p.entry_id = any($1::text[]) and not exists (select 1 from entry e where e.id = any(array[p.entry_id]))`
const sweepText = `
with unnamed as (
  select p.entry_id from entry_piece p where p.n = 0 and p.entry_id < $1
    and not exists (select 1 from entry e where e.id = any(array[p.entry_id])) order by p.entry_id limit $2
), gone as (delete from entry_piece p using unnamed where p.entry_id = any(array[unnamed.entry_id]))
select count(*) as went from unnamed`
const purgeText = `
with page as materialized (select id from entry where removed_at is not null order by id limit $1 for update skip locked),
gone as (delete from entry e using page where e.id = any(array[page.id]) returning e.id, e.application_id, e.bytes),
pieces as (delete from entry_piece p using gone where p.entry_id = any(array[gone.id])),
counted as (
  update entry_usage u set files = u.files - g.files, bytes = u.bytes - g.bytes
  from (select application_id, count(*) as files, sum(bytes) as bytes from gone group by application_id order by application_id) g
  where u.application_id = any(array[g.application_id])
)
select count(*) as went from gone`

export interface EntryPiecesOptions {
  readonly run: Run
  /** Goes on where the server takes no writes. */
  readonly read: Run
  /** The smallest id that is made at a time. */
  readonly firstIdAt: (ms: number) => string
  readonly now: () => number
}

/**
 * The bytes of entries in the database, in pieces, where every process finds them and every backup holds them (decisions/where-files-are).
 * Each piece is a commit of its own, synced before the one that names the entry.
 */
export function createEntryPieces({ run, read, firstIdAt, now }: EntryPiecesOptions): EntryFiles {
  return {
    create: async (id) => createWriter(run, id),
    async keep() {},
    async discard(ids) {
      // What is left is swept.
      await run({ name: 'discard_pieces', text: discardText, values: [ids] }).catch(() => undefined)
    },
    read: (id, range) => readPieces(read, id, range),
    async sweep() {
      const { rows } = await run({ name: 'sweep_pieces', text: sweepText, values: [firstIdAt(now() - UNNAMED_MS), SWEPT_MAX] })
      return Number(rows[0]!['went'])
    },
  }
}

/** Rows, their bytes and what counts them, in one statement. */
export async function purgeEntries(run: Run, most: number): Promise<number> {
  const { rows } = await run({ name: 'purge_entries', text: purgeText, values: [most] })
  return Number(rows[0]!['went'])
}

function createWriter(run: Run, id: EntryId): EntryWriter {
  let held: Buffer = Buffer.allocUnsafeSlow(PIECE_BYTES)
  let length = 0
  let n = 0
  const flush = async (): Promise<void> => {
    await run({ name: 'insert_piece', text: insertText, values: [id, n, held.subarray(0, length)] })
    n++
    length = 0
  }
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + PIECE_BYTES - length)
        held.set(part, length)
        length += part.length
        at += part.length
        if (length === PIECE_BYTES) await flush()
      }
    },
    async finish() {
      // An empty file has one piece too, by which it is found.
      if (length > 0 || n === 0) await flush()
      held = Buffer.alloc(0)
    },
    async abort() {
      held = Buffer.alloc(0)
    },
  }
}

const readText = 'select substring(bytes from $3::int for $4::int) as bytes from entry_piece where entry_id = $1 and n = $2'

async function* readPieces(run: Run, id: EntryId, { start, end }: ByteRange): AsyncIterable<Uint8Array> {
  for (let at = start; at < end;) {
    const n = Math.floor(at / PIECE_BYTES)
    const within = at - n * PIECE_BYTES
    const length = Math.min(READ_BYTES, end - at, PIECE_BYTES - within)
    const { rows } = await run({ name: 'read_piece', text: readText, values: [id, n, within + 1, length] })
    const piece = rows[0]?.['bytes'] as Uint8Array | undefined
    if (piece === undefined || piece.length === 0) throw new Error(`The entry ${id} ends at ${at}, before ${end}.`)
    // The text is twice as long, and the driver has it twice.
    handedOn(4 * piece.length)
    yield piece
    at += piece.length
  }
}
