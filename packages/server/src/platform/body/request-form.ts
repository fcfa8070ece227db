import type { EntryId } from '#domain'

/** A file that came with a request, as its flows see it. Its bytes are those of the entry. */
export interface FormFile {
  readonly id: EntryId
  /** The name of its field in the form. */
  readonly field: string
  /** As its sender says, which may be anything: never a path. Null: it says none. */
  readonly name: string | null
  readonly contentType: string
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** What a multipart form holds, as it is kept with its request: written by us alone, so nothing that a sender writes can be taken for it. */
export interface RequestForm {
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly files: readonly FormFile[]
}

/** The fields under their names; what is given more than once is a list. Without a prototype, because the names are the sender's. */
export function fieldsOf({ fields }: RequestForm): Record<string, string | string[]> {
  const read = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of fields) {
    const before = read[name]
    if (before === undefined) read[name] = value
    else if (typeof before === 'string') read[name] = [before, value]
    else before.push(value)
  }
  return read
}
