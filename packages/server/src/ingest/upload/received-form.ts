import { createHash } from 'node:crypto'
import type { EntryId, Ids } from '#domain'
import { fieldsOf, textOf, type Failpoint, type FormFile, type RequestForm } from '#platform'
import type { EntryFiles, EntryWriter } from '#store'
import { plainText } from '../request/plain-text.ts'
import { MalformedFormError, readParts, type Part, type Pieces } from './multipart.ts'
import { FIELD_NAME_LENGTH_MAX, readPartHead, type PartHead } from './part-head.ts'

/** Thrown where a form asks for more than is taken. */
export class FormLimitError extends Error {}

/** Thrown where all that is under way takes as much memory as it may. */
export class NoRoomError extends Error {}

/** Nobody wants what is left of it any more. */
class GoneError extends Error {}

export interface FormLimits {
  readonly fieldsMax: number
  readonly filesMax: number
  /** Of all fields together: they are kept with the request, and held in memory. */
  readonly fieldsBytesMax: number
  readonly fileBytesMax: number
  /** Asks for room in memory; false if there is none. */
  readonly claim: (bytes: number) => boolean
}

export interface FormDeps {
  readonly files: EntryFiles
  readonly ids: Ids
  readonly isStreamed: boolean
  readonly failpoint: Failpoint
}

/** What an array and its name take beside the text. */
const FIELD_BYTES = 200

/**
 * A form on its way from its sender into the store: fields in memory, files on disk under ids of ours.
 *
 *   reading    `read` is under way; files are written that nobody sees
 *   read       everything came, and is synced
 *   kept       the commit that names the files is there
 *   left       nobody knows whether it is: the files stay where they are, and who looks for what a crash left decides
 *   gone       nothing of it is left
 *
 * What must hold: in the end it is one of the last three, whatever happened in between; what a crash leaves behind, the next start removes.
 */
export class ReceivedForm {
  readonly #deps: FormDeps
  readonly #limits: FormLimits
  readonly #fields: [name: string, value: string][] = []
  readonly #files: FormFile[] = []
  /** Of files that were begun, also of those that came to nothing. */
  readonly #begun: EntryId[] = []
  /** The file that is being written. */
  #writer: EntryWriter | undefined
  /** What the files do at this moment. */
  #busy: Promise<unknown> = Promise.resolve()
  #fieldsBytes = 0
  #charset: string | undefined
  #state: 'reading' | 'read' | 'kept' | 'left' | 'gone' = 'reading'
  /** Of the whole, as it came. */
  bytes = 0
  #values: Record<string, string | string[]> | undefined

  constructor(deps: FormDeps, limits: FormLimits) {
    this.#deps = deps
    this.#limits = limits
  }

  /** Rejects with one of the errors of a form, with what the pieces or the files reject with; then it is to be discarded. */
  async read(pieces: Pieces, boundary: string): Promise<void> {
    await readParts(
      counted(pieces, (bytes) => (this.bytes += bytes)),
      boundary,
      (part) => this.#take(part),
    )
    this.#state = 'read'
  }

  /** Its bytes were never here as a whole. */
  get isStreamed(): boolean {
    return this.#deps.isStreamed
  }

  get form(): RequestForm {
    return { fields: this.#fields, files: this.#files }
  }

  get values(): Record<string, string | string[]> {
    return (this.#values ??= fieldsOf(this.form))
  }

  /** The commit that names its files is there. */
  async keep(): Promise<void> {
    if (this.#state !== 'read') return
    this.#state = 'kept'
    this.#deps.failpoint('upload.before_keep')
    await this.#deps.files.keep(this.#files.map(({ id }) => id))
    this.#deps.failpoint('upload.after_keep')
  }

  /** Of the commit that names its files the answer was lost. */
  leave(): void {
    if (this.#state === 'read') this.#state = 'left'
  }

  /** Does nothing to what is kept, or left. */
  async discard(): Promise<void> {
    if (this.#state === 'kept' || this.#state === 'left' || this.#state === 'gone') return
    this.#state = 'gone'
    // A file that is just begun would come to be behind its removal.
    await this.#busy
    await this.#writer?.abort()
    await this.#deps.files.discard(this.#begun)
  }

  async #take({ headers, content }: Part): Promise<void> {
    if (this.#state !== 'reading') throw new GoneError()
    const head = headers && readPartHead(headers)
    if (head === undefined)
      throw new MalformedFormError(`A part has no name of a field, or one of more than ${FIELD_NAME_LENGTH_MAX} characters.`)
    return head.fileName === undefined ? this.#takeField(head, content) : this.#takeFile(head, content)
  }

  async #takeField({ field, charset }: PartHead, content: AsyncIterable<Buffer>): Promise<void> {
    const { fieldsMax, fieldsBytesMax, claim } = this.#limits
    if (this.#fields.length >= fieldsMax) throw new FormLimitError(`A form has ${fieldsMax} fields at most.`)
    if (!claim(FIELD_BYTES)) throw new NoRoomError()
    const pieces: Buffer[] = []
    for await (const piece of content) {
      this.#fieldsBytes += piece.length
      if (this.#fieldsBytes > fieldsBytesMax)
        throw new FormLimitError(`The fields of a form have ${fieldsBytesMax} bytes at most; files may have more.`)
      if (!claim(piece.length)) throw new NoRoomError()
      pieces.push(piece)
    }
    const value = textOf(Buffer.concat(pieces), charset ?? this.#charset)
    // Browsers say so in which charset the others are (RFC 7578, 4.6).
    if (field === '_charset_') this.#charset ??= value.toLowerCase()
    this.#fields.push([field, value])
  }

  async #takeFile({ field, fileName, contentType = 'application/octet-stream' }: PartHead, content: AsyncIterable<Buffer>): Promise<void> {
    const { filesMax, fileBytesMax } = this.#limits
    if (this.#files.length >= filesMax) throw new FormLimitError(`A form has ${filesMax} files at most.`)
    const hash = createHash('sha256')
    let size = 0
    for await (const piece of content) {
      size += piece.length
      if (size > fileBytesMax) throw new FormLimitError(`A file has ${fileBytesMax} bytes at most.`)
      hash.update(piece)
      const writer = this.#writer ?? (await this.#begin())
      this.#deps.failpoint('upload.begun')
      await this.#doing(writer.write(piece))
      this.#deps.failpoint('upload.written')
    }
    // What a browser sends where no file was chosen.
    if (size === 0 && fileName === '') return
    const writer = this.#writer ?? (await this.#begin())
    await this.#doing(writer.finish())
    this.#deps.failpoint('upload.synced')
    this.#writer = undefined
    const name = fileName === '' ? null : plainText(fileName!, fileName!.length)
    this.#files.push({ id: this.#begun.at(-1)!, field, name, contentType, size, sha256: hash.digest('hex') })
  }

  async #begin(): Promise<EntryWriter> {
    const id = this.#deps.ids.make('entry')
    this.#begun.push(id)
    // Known before anything else goes on, so that whoever discards it can close it.
    return this.#doing(this.#deps.files.create(id).then((writer) => (this.#writer = writer)))
  }

  /** Nothing is begun once it is gone. */
  async #doing<T>(work: Promise<T>): Promise<T> {
    this.#busy = work.catch(() => undefined)
    const done = await work
    if (this.#state !== 'reading') throw new GoneError()
    return done
  }
}

function counted(pieces: Pieces, count: (bytes: number) => void): Pieces {
  return {
    async next() {
      const piece = await pieces.next()
      if (piece !== undefined) count(piece.length)
      return piece
    },
  }
}
