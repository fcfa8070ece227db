import { mkdir, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntryId } from '#domain'
import { AppError } from '#domain/plain'
import type { Log } from '#platform'
import { hasCode, syncFolder } from '#platform/plain'
import type { ByteRange, EntryFiles, EntryWriter } from '../../port/entry-files.ts'

const PIECE_BYTES = 64 * 1024

export interface EntryFolderOptions {
  /** Beside the database; made when the first file comes. */
  readonly folder: string
  /** Those of the ids that a commit has named. */
  readonly named: (ids: readonly string[]) => Promise<ReadonlySet<string>>
  readonly log: Pick<Log, 'warn'>
}

/**
 * The bytes of entries as files under ids of ours, so nothing that a sender says is ever part of a path. A file begins in `incoming`, is
 * synced there with its name before the commit that names it, and moves to its place behind that commit. So what a crash leaves stands in
 * `incoming`: what is named moves on, the rest goes, and nobody has to look through all files to know. Readers look in both.
 */
export class EntryFolder implements EntryFiles {
  readonly #options: EntryFolderOptions
  readonly #incoming: string
  /** What this process writes, or has not heard of yet. */
  readonly #underWay = new Set<string>()
  #made: Promise<unknown> | undefined

  constructor(options: EntryFolderOptions) {
    this.#options = options
    this.#incoming = join(options.folder, 'incoming')
  }

  async create(id: EntryId): Promise<EntryWriter> {
    this.#made ??= mkdir(this.#incoming, { recursive: true, mode: 0o700 })
    await this.#made.catch((error: unknown) => {
      this.#made = undefined
      throw error
    })
    this.#underWay.add(id)
    const file = await open(join(this.#incoming, id), 'wx', 0o600)
    return {
      write: (bytes) => writeAll(file, bytes),
      finish: async () => {
        try {
          await file.sync()
        } finally {
          await file.close()
        }
        await syncFolder(this.#incoming)
      },
      abort: () => file.close().catch(() => undefined),
    }
  }

  async keep(ids: readonly EntryId[]): Promise<void> {
    for (const id of ids) await this.#quietly(id, () => this.#settle(id))
  }

  async discard(ids: readonly EntryId[]): Promise<void> {
    for (const id of ids) await this.#quietly(id, () => remove(join(this.#incoming, id)))
  }

  async *read(id: EntryId, { start, end }: ByteRange): AsyncIterable<Uint8Array> {
    const file = await this.#open(id)
    try {
      for (let at = start; at < end;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at)), { position: at })
        if (bytesRead === 0) throw new Error(`The file of ${id} ends at ${at}, before ${end}.`)
        yield buffer.subarray(0, bytesRead)
        at += bytesRead
      }
    } finally {
      await file.close()
    }
  }

  async sweep(): Promise<number> {
    const found = (await namesIn(this.#incoming)).filter((id) => !this.#underWay.has(id))
    const named = await this.#options.named(found)
    for (const id of found) await this.#quietly(id, () => (named.has(id) ? this.#settle(id) : remove(join(this.#incoming, id))))
    return found.length - named.size
  }

  /** Of entries that are removed, in whichever place they are. Answers those whose bytes are gone. */
  async remove(ids: readonly string[]): Promise<string[]> {
    const gone: string[] = []
    for (const id of ids) {
      try {
        await remove(join(this.#incoming, id))
        await remove(this.#placeOf(id))
        gone.push(id)
      } catch (error) {
        this.#options.log.warn('store.entry_file.left', { id, error })
      }
    }
    return gone
  }

  /** Folders by the last characters, which are random: thousands of files in each, not all in one. */
  #placeOf(id: string): string {
    return join(this.#options.folder, id.slice(-2), id)
  }

  async #settle(id: string): Promise<void> {
    const place = this.#placeOf(id)
    await mkdir(join(place, '..'), { recursive: true, mode: 0o700 })
    await rename(join(this.#incoming, id), place)
  }

  async #open(id: string): Promise<FileHandle> {
    for (const path of [this.#placeOf(id), join(this.#incoming, id)]) {
      try {
        return await open(path, 'r')
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error
      }
    }
    // It may have moved between the two looks.
    try {
      return await open(this.#placeOf(id), 'r')
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw this.#lost(id, error)
      throw error
    }
  }

  /** As after a restore of the database without its files: nobody's defect, and only the operator can mend it. */
  #lost(id: string, cause: unknown): AppError {
    this.#options.log.warn('store.entry_file.missing', { id })
    return new AppError('not_found', {
      detail: "The server no longer has the bytes of this file. Its operator may have a backup of the folder 'files'.",
      cause,
    })
  }

  async #quietly(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.log.warn('store.entry_file.left', { id, error })
    }
    this.#underWay.delete(id)
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
