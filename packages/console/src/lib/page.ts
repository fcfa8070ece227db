/** A page of a list, and where the next one begins. */
export interface Page<Row> {
  readonly data: readonly Row[]
  readonly iterator: string | null
  readonly done: boolean
}
