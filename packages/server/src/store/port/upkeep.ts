/** What keeps the store itself well. */
export interface UpkeepStore {
  /**
   * Removes up to `most` rows of each kind that are older than its time and not live, and payloads whose own time is over, live or not.
   * Returns how many went; call until 0.
   */
  retain(before: RetentionBefore, most: number): Promise<number>
  /**
   * Writes and reads back, for the health check; so many bytes, where a small write would show too little. Milliseconds of the oldest due
   * task that nobody took: 0 if none.
   */
  health(roomBytes?: number): Promise<{ readonly oldestDueMs: number }>
  close(): Promise<void>
}

/** Wall times; rows made before them go. Null keeps all. At `now` goes what was given an end of its own: keys, payloads of messages. */
export interface RetentionBefore {
  readonly requests: number | null
  readonly runs: number | null
  readonly messages: number | null
  readonly deliveries: number | null
  /** They are only marked: their bytes go with `purgeEntries`. */
  readonly entries: number | null
  readonly audit: number | null
  readonly now: number
}
