import type { EntryId } from '#domain'

/** All that a store holds, for another one to take over. While it is open nobody serves it. */
export interface StoreContents<KeptAs = unknown> {
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
   * Closes it so that no later start serves by mistake what is served elsewhere, and is sure of that: after a loss of power it must not be back.
   * Answers with what a file is called from now on.
   */
  retire(): Promise<KeptAs>
  close(): void | Promise<void>
}

/** Of a place that cannot be marked in the commit that fills the other one. */
export interface LeavingContents extends StoreContents<string> {
  /**
   * When all was read, and before that commit: closes it so that no start serves it, and only a repeated move finds it. What a server accepted
   * there behind the commit would be in no store that is served later.
   */
  leave(): Promise<void>
}

type Page = readonly (readonly unknown[])[]

export interface ContentsTable {
  readonly name: string
  readonly columns: readonly string[]
  /** Rows in the order of the columns, some thousand values or some megabytes at a time. */
  pages(): Iterable<Page> | AsyncIterable<Page>
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
  /** Which move it was, of those that leave a mark. */
  readonly mark: number | undefined

  constructor(message: string, mark?: number) {
    super(message)
    this.mark = mark
  }
}
