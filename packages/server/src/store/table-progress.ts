/** How far a command has come that walks through the tables of a store. */
export interface TableProgress {
  readonly table: string
  /** Of this table, so far. */
  readonly rows: number
  readonly done: boolean
}
