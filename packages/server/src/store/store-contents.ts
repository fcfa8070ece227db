import type { EntryId } from '#domain'

/** All that the embedded store of a data folder holds, for another store to take over. While it is open nobody serves the folder. */
export interface StoreContents {
  readonly place: string
  readonly storeId: string
  readonly tables: readonly ContentsTable[]
  /**
   * Rows that nothing would tell apart any more if U+FFFD stood for the zero character, as it does where that cannot be kept: the first few, as
   * a person finds them.
   */
  alikeWithoutZero(): readonly string[]
  /** Files that are not to be removed, in the order of their ids. */
  files(): AsyncIterable<ContentsFile>
  /**
   * Closes it under another name, so that no later start serves by mistake what is served elsewhere. Answers with that name, once it is on
   * disk: after a loss of power the old one must not be back.
   */
  retire(): Promise<string>
  close(): void
}

export interface ContentsTable {
  readonly name: string
  readonly columns: readonly string[]
  /** Rows in the order of the columns, some thousand values or some megabytes at a time. */
  pages(): Iterable<readonly (readonly unknown[])[]>
}

export interface ContentsFile {
  readonly id: EntryId
  /** Absent where a backup was restored without its files. */
  readonly bytes?: AsyncIterable<Uint8Array>
}

export interface MovedAmount {
  readonly rows: number
  readonly files: number
  /** Entries whose bytes were not there. */
  readonly filesMissing: number
}

/** There is nothing to move, or it may not be moved: a sentence for the operator. */
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError'
}

/** The store is at its new place already: a move was ended behind its commit, or is repeated. */
export class MovedAlreadyError extends Error {
  override readonly name = 'MovedAlreadyError'
}
