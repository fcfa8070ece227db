import { isUtf8 } from 'node:buffer'
import { readJsonContent, saveEntry, type SiloDeps } from '#coordination'
import { isId, siloLimits, type EntryId, type ReplyEntry } from '#domain'
import type { Failpoint, TransformAnswer } from '#platform'
import type { Store } from '#store'
import type { SiloJob } from './silo-job.ts'

export interface SiloJobDeps extends SiloDeps {
  readonly store: SiloDeps['store'] & Pick<Store, 'files'>
  readonly failpoint: Failpoint
}

/** Which step of which run asks, in a loop for which item. */
export interface Asking {
  readonly application: string
  readonly run: string
  readonly place: string
}

/** Does what a step asks. A save is its own commit under the step's mark: a run that is killed behind it saves nothing twice. */
export function runSiloJob(deps: SiloJobDeps, job: SiloJob, asking: Asking): Promise<TransformAnswer> {
  return job.kind === 'save_entry' ? save(deps, job, asking) : readEntry(deps, job, asking.application)
}

/** What changes nothing. */
export function readEntry(
  { store }: Pick<SiloJobDeps, 'store'>,
  { kind, entry }: Exclude<SiloJob, { kind: 'save_entry' }>,
  application: string,
): Promise<TransformAnswer> {
  return kind === 'load_entry' ? loadAnswer({ store }, entry, application) : findEntry(store, entry, application)
}

async function save(
  deps: SiloJobDeps,
  { key, document, tags, keepDays }: Extract<SiloJob, { kind: 'save_entry' }>,
  { application, run, place }: Asking,
): Promise<TransformAnswer> {
  const content = { contentType: 'application/json', bytes: Buffer.from(document) }
  const mark = `${run}/${place}`
  deps.failpoint('silo.before_save')
  const saved = await saveEntry(deps, key, { application, content, name: null, tags, keepDays, by: run, mark, audit: [] })
  deps.failpoint('silo.after_save')
  if (saved.kind === 'raced') return failed('entry_busy', `Others replace the entry "${key}" all the time.`)
  if (saved.kind === 'full') return failed('silo_full', saved.message)
  return { ok: true, output: JSON.stringify({ id: saved.row.id, key, version: saved.row.version }) }
}

/** What a step that loads an entry ends with. */
async function loadAnswer(deps: Pick<SiloJobDeps, 'store'>, entry: string, application: string): Promise<TransformAnswer> {
  const loaded = await loadEntry(deps, entry, application)
  if (!loaded.ok) return loaded
  const { document, ...about } = loaded.entry
  // Put in as it is, with every digit of its numbers.
  return { ok: true, output: `${JSON.stringify(about).slice(0, -1)},"document":${document}}` }
}

export interface LoadedEntry extends Omit<Found, 'bytes'> {
  /** JSON text: the document as it was saved, or the file's text; base64 where it is no text. */
  readonly document: string
  readonly encoding?: 'base64'
}

/** An entry with its content. */
export async function loadEntry(
  { store }: Pick<SiloJobDeps, 'store'>,
  entry: string,
  application: string,
): Promise<{ readonly ok: true; readonly entry: LoadedEntry } | Extract<TransformAnswer, { ok: false }>> {
  const found = await findContent(store, entry, application)
  if (found === undefined) return notFound(entry)
  const { bytes, ...about } = found
  if (bytes === undefined) return failed('entry_too_large', `An entry is loaded up to ${siloLimits.contentBytesMax} bytes.`)
  const read = await readJsonContent({ contentType: about.contentType, bytes })
  if (read !== undefined) return { ok: true, entry: { ...about, document: utf8(read.json).toString() } }
  const text = textOf(bytes)
  if (text !== undefined) return { ok: true, entry: { ...about, document: JSON.stringify(text) } }
  return { ok: true, entry: { ...about, encoding: 'base64', document: JSON.stringify(utf8(bytes).toString('base64')) } }
}

interface Found {
  readonly id: string
  readonly key: string | null
  readonly version: number | null
  readonly contentType: string
  /** Undefined: too many. */
  readonly bytes: Uint8Array | undefined
}

async function findContent(store: SiloJobDeps['store'], entry: string, application: string): Promise<Found | undefined> {
  const row = await findRow(store, entry, application)
  if (row === undefined) return undefined
  const { id, content_type: contentType } = row
  if ('version' in row) {
    const { key, version } = row
    const content = await store.queries.silo.version(id, version)
    // Replaced or removed just now: whoever is last has it.
    return content === undefined ? findContent(store, entry, application) : { id, key, version, contentType, bytes: content.content }
  }
  const isSmall = row.bytes <= siloLimits.contentBytesMax
  const read = () => Array.fromAsync(store.files.read(id as EntryId, { start: 0, end: row.bytes }))
  return { id, key: null, version: null, contentType, bytes: isSmall ? Buffer.concat(await read()) : undefined }
}

async function findRow({ queries: { silo, entries } }: Pick<Store, 'queries'>, entry: string, application: string) {
  if (!isId('entry', entry)) return silo.findByKey(application, entry)
  return (await silo.find(application, entry)) ?? entries.find(application, entry)
}

/** What an answer says of the entry that is its body. */
export interface FoundEntry extends ReplyEntry {
  readonly name: string | null
  readonly contentType: string
}

async function findEntry(store: Pick<Store, 'queries'>, entry: string, application: string): Promise<TransformAnswer> {
  const row = await findRow(store, entry, application)
  if (row === undefined) return notFound(entry)
  const { id, name, bytes: size, content_type: contentType } = row
  const found: FoundEntry = { id, version: 'version' in row ? row.version : null, size, name, contentType }
  return { ok: true, output: JSON.stringify(found) }
}

/** Control characters are in no text, and would take six times their room in JSON. */
function textOf(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes) || bytes.some((byte) => byte < 0x20 && !SPACES.has(byte))) return undefined
  return new TextDecoder().decode(bytes)
}

/** Tab, line feed, form feed, carriage return. */
const SPACES: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d])

const utf8 = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length)

const notFound = (entry: string) => failed('entry_not_found', `There is no entry "${entry.slice(0, 100)}".`)

const failed = (code: string, message: string): Extract<TransformAnswer, { ok: false }> => ({ ok: false, code, message })
