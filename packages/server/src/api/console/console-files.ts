import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compressed = promisify(gzip)

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}
/** What is compressed already, or too small to gain. */
const GZIP_FROM_BYTES = 1024
const incompressible = new Set(['.woff2'])

interface ConsoleFile {
  readonly type: string
  readonly bytes: Uint8Array
  readonly compressible: boolean
}

/**
 * The built console in memory, about 2 MB: read once when it is first asked for, and compressed once for who takes that. Only what was
 * there then is served, by its exact name, so that no path leads anywhere else.
 */
export class ConsoleFiles {
  readonly #folder: string
  #files: ReadonlyMap<string, ConsoleFile> | undefined
  readonly #gzipped = new Map<string, Promise<Uint8Array>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Undefined: there is no such file. `gzip` where the caller takes it and it pays. */
  async read(
    path: string,
    takesGzip: boolean,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array; readonly gzip: boolean } | undefined> {
    const file = (this.#files ??= readFolder(this.#folder)).get(path)
    if (file === undefined) return undefined
    if (!takesGzip || !file.compressible) return { ...file, gzip: false }
    let gzipped = this.#gzipped.get(path)
    if (gzipped === undefined) this.#gzipped.set(path, (gzipped = compressed(file.bytes)))
    return { type: file.type, bytes: await gzipped, gzip: true }
  }

  /** Whether the console was built at all. */
  get present(): boolean {
    return (this.#files ??= readFolder(this.#folder)).has('/index.html')
  }
}

function readFolder(folder: string): ReadonlyMap<string, ConsoleFile> {
  const files = new Map<string, ConsoleFile>()
  for (const entry of entriesOf(folder)) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const ending = extname(entry.name)
    const bytes = readFileSync(path)
    files.set(`/${relative(folder, path).split(sep).join('/')}`, {
      type: contentTypes[ending] ?? 'application/octet-stream',
      bytes,
      compressible: !incompressible.has(ending) && bytes.length >= GZIP_FROM_BYTES,
    })
  }
  return files
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
