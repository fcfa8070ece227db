import { isUtf8 } from 'node:buffer'
import { readJsonContent, saveEntry, type SiloDeps } from '#coordination'
import { isId, siloLimits, type EntryId } from '#domain'
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
  return job.kind === 'save_entry' ? save(deps, job, asking) : loadAnswer(deps, job.entry, asking.application)
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
  if (saved === undefined) return failed('entry_busy', `Others replace the entry "${key}" all the time.`)
  return { ok: true, output: JSON.stringify({ id: saved.id, key, version: saved.version }) }
}

/** What a step that loads an entry ends with. */
export async function loadAnswer(deps: Pick<SiloJobDeps, 'store'>, entry: string, application: string): Promise<TransformAnswer> {
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
  if (found === undefined) return failed('entry_not_found', `There is no entry "${entry.slice(0, 100)}".`)
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
  const { silo, entries } = store.queries
  const kept = isId('entry', entry) ? await silo.find(application, entry) : await silo.findByKey(application, entry)
  if (kept !== undefined) {
    const { id, key, version, content_type: contentType } = kept
    const content = await silo.version(id, version)
    // Replaced or removed just now: whoever is last has it.
    return content === undefined ? findContent(store, entry, application) : { id, key, version, contentType, bytes: content.content }
  }
  const file = isId('entry', entry) ? await entries.find(application, entry) : undefined
  if (file === undefined) return undefined
  const { id, bytes: size, content_type: contentType } = file
  const isSmall = size <= siloLimits.contentBytesMax
  const bytes = isSmall ? Buffer.concat(await Array.fromAsync(store.files.read(id as EntryId, { start: 0, end: size }))) : undefined
  return { id, key: null, version: null, contentType, bytes }
}

/** Control characters are in no text, and would take six times their room in JSON. */
function textOf(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes) || bytes.some((byte) => byte < 0x20 && !SPACES.has(byte))) return undefined
  return new TextDecoder().decode(bytes)
}

/** Tab, line feed, form feed, carriage return. */
const SPACES: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d])

const utf8 = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length)

const failed = (code: string, message: string): Extract<TransformAnswer, { ok: false }> => ({ ok: false, code, message })
