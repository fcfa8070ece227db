/** A page of a list, as the API answers it. */
export interface Page<Row> {
  readonly data: readonly Row[]
  readonly iterator: string | null
  readonly done: boolean
}
