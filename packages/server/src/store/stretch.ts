/** A stretch of a list, by the key that orders it: what one page, or one window of a log, may hold. Keys of logs are their ids. */
export interface Stretch {
  readonly order: 'asc' | 'desc'
  /** In the direction of `order`: after the one, up to the other and with it. */
  readonly beyond: string | null
  readonly upTo?: string | null
  /** Whatever the order: not before the one, before the other. */
  readonly from?: string | null
  readonly until?: string | null
  /** Rows, at most. */
  readonly limit: number
}
