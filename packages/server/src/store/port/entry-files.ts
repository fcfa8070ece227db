import type { EntryId } from '#domain'

/**
 * The bytes of entries. They are there before the commit that names them, and go after the one that forgets them; what a crash leaves in
 * between is found at the next start, or by `sweep`. Rejects with an `AppError` where the disk is full or fails.
 */
export interface EntryFiles {
  /** Begins a file that nobody sees. */
  create(id: EntryId): Promise<EntryWriter>
  /** The commit that names them is there. Never rejects: the next start does it otherwise. */
  keep(ids: readonly EntryId[]): Promise<void>
  /** There is no such commit. Never rejects. Does nothing to what is named. */
  discard(ids: readonly EntryId[]): Promise<void>
  /** The bytes from `start` to before `end`. Rejects where they are not there. */
  read(id: EntryId, range: ByteRange): AsyncIterable<Uint8Array>
  /** Removes what no commit named and nobody writes any more. Returns how many files. */
  sweep(): Promise<number>
}

export interface EntryWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Everything is synced when this resolves. */
  finish(): Promise<void>
  /** Gives up what it holds; the file is still to be discarded. Never rejects. */
  abort(): Promise<void>
}

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where entries are kept, and what keeps them well. */
export interface EntryStore {
  readonly files: EntryFiles
  /** Removes the bytes and the rows of up to `most` entries that were removed. Returns how many; call until 0. */
  purgeEntries(most: number): Promise<number>
}
