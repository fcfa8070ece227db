import { rowTypes, type ColumnType, type RowType } from './row-type.ts'

/** Rows as a parameter of type `posthorn.<type>[]`. Null when empty, so that the function skips its statements. */
export type EncodeRows = (type: RowType, rows: readonly object[]) => Buffer | null

/** Of PostgreSQL's own types, the same in every database. */
const COLUMN_OIDS: Record<ColumnType, number> = { int: 23, bigint: 20, boolean: 16, text: 25, bytea: 17 }
const NULL_LENGTH = -1
const UTF8_BYTES_MAX = 3
/** Larger ones, for batches with large bodies, are not kept. */
const SCRATCH_BYTES = 1024 * 1024

/**
 * `oids`: of the row types by their names, as the database has them. A row's values stand under the names of its columns; what it lacks
 * is null. Text that PostgreSQL cannot store is made storable with U+FFFD. Throws TypeError for a value that its column cannot hold.
 */
export function createEncodeRows(oids: ReadonlyMap<string, number>): EncodeRows {
  for (const { name } of Object.values(rowTypes)) if (!oids.has(name)) throw new Error(`The database has no type ${name}.`)
  let scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  return ({ name, columns }, rows) => {
    if (rows.length === 0) return null
    const writer = new Writer(scratch)
    // One dimension, no null elements, which are numbered from 1.
    for (const field of [1, 0, oids.get(name)!, rows.length, 1]) writer.int(field)
    for (const row of rows as readonly Readonly<Record<string, unknown>>[]) {
      const start = writer.begin()
      writer.int(columns.length)
      for (const column of columns) {
        writer.int(COLUMN_OIDS[column.type])
        writer.value(column.type, row[column.name])
      }
      writer.finish(start)
    }
    if (writer.bytes.length <= SCRATCH_BYTES) scratch = writer.bytes
    return Buffer.from(writer.bytes.subarray(0, writer.end))
  }
}

/** What PostgreSQL refuses in text: the zero character. (Halves of surrogate pairs become U+FFFD when they are written as UTF-8.) */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

/** The same of a parameter of a statement, whether it is to be written or looked for. */
export function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  return Array.isArray(value) ? value.map(storableValue) : value
}

/** PostgreSQL's binary form: a value is its length and then its bytes, in network order. */
class Writer {
  bytes: Buffer<ArrayBuffer>
  end = 0

  constructor(bytes: Buffer<ArrayBuffer>) {
    this.bytes = bytes
  }

  int(value: number): void {
    this.#room(4)
    this.end = this.bytes.writeInt32BE(value, this.end)
  }

  /** Leaves room for the length of what comes now. */
  begin(): number {
    this.int(0)
    return this.end
  }

  finish(start: number): void {
    this.bytes.writeInt32BE(this.end - start, start - 4)
  }

  value(type: ColumnType, value: unknown): void {
    if (value === null || value === undefined) return this.int(NULL_LENGTH)
    if (type === 'text' && typeof value === 'string') return this.#text(storable(value))
    if (type === 'bytea' && value instanceof Uint8Array) return this.#bytes(value)
    if (type === 'boolean' && typeof value === 'boolean') return this.#boolean(value)
    if (Number.isSafeInteger(value)) {
      if (type === 'bigint') return this.#bigint(value as number)
      if (type === 'int') return this.#int(value as number)
    }
    throw new TypeError(`a ${type} cannot be ${typeof value}`)
  }

  #text(text: string): void {
    const start = this.begin()
    this.#room(text.length * UTF8_BYTES_MAX)
    this.end += this.bytes.write(text, this.end)
    this.finish(start)
  }

  #bytes(bytes: Uint8Array): void {
    this.int(bytes.length)
    this.#room(bytes.length)
    this.bytes.set(bytes, this.end)
    this.end += bytes.length
  }

  #boolean(value: boolean): void {
    this.int(1)
    this.#room(1)
    this.end = this.bytes.writeUInt8(value ? 1 : 0, this.end)
  }

  #int(value: number): void {
    this.int(4)
    this.int(value)
  }

  #bigint(value: number): void {
    this.int(8)
    this.int(Math.floor(value / 2 ** 32))
    this.#room(4)
    // `>>> 0`: the low half as 32 bits without a sign, of negative numbers too.
    this.end = this.bytes.writeUInt32BE(value >>> 0, this.end)
  }

  #room(bytes: number): void {
    const needed = this.end + bytes
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, needed))
    this.bytes.copy(larger, 0, 0, this.end)
    this.bytes = larger
  }
}
