import { createHash } from 'node:crypto'
import { siloLimits, type EntryId, type Ids } from '#domain'
import type { Clock } from '#platform'
import type { AuditEntry, Store, StoredSiloEntry, StoredSiloVersion } from '#store'
import { readJsonContent, type SiloContent } from './silo-content.ts'

export interface SiloDeps {
  readonly store: Pick<Store, 'queries' | 'statements' | 'mutate'>
  readonly ids: Ids
  readonly clock: Clock
}

export interface SiloWrite {
  readonly application: string
  readonly content: SiloContent
  readonly name: string | null
  readonly tags: readonly string[]
  readonly keepDays: number | null
  /** Who: a key, a member, or a run. */
  readonly by: string
  /** The step of a run, which saves once, however often it is run. */
  readonly mark: string | null
  readonly audit: readonly AuditEntry[]
}

/** Makes an entry. Undefined: there is one with this key. */
export async function createEntry(
  deps: SiloDeps,
  { id, key }: { readonly id: EntryId; readonly key: string | null },
  write: SiloWrite,
): Promise<StoredSiloEntry | undefined> {
  const now = deps.clock.now()
  const row = { id, application_id: write.application, key, created_at: now, version: 1, ...partsOf(write, now) }
  const { silo } = deps.store.statements
  const { kind } = await deps.store.mutate({
    statements: [silo.insert(row), ...(await contentStatements(deps, row, write))],
    application: null,
    audit: write.audit,
  })
  return kind === 'done' ? row : undefined
}

/** Makes the next version of an entry as it was read. Undefined: somebody was faster. */
export async function replaceEntry(deps: SiloDeps, before: StoredSiloEntry, write: SiloWrite): Promise<StoredSiloEntry | undefined> {
  const row = { ...before, version: before.version + 1, ...partsOf(write, deps.clock.now()) }
  const { silo } = deps.store.statements
  const { kind } = await deps.store.mutate({
    statements: [
      silo.replace(row),
      silo.dropValues(row.id),
      ...(await contentStatements(deps, row, write)),
      silo.dropVersions(row.id, row.version - siloLimits.versionsMax),
    ],
    application: null,
    audit: write.audit,
  })
  return kind === 'done' ? row : undefined
}

/** Raced by others, a save looks again so often; in each round somebody wins. */
const ROUNDS_MAX = 100

/** Makes the entry of this key, or its next version. What was saved under the same mark before is answered as it was. */
export async function saveEntry(
  deps: SiloDeps,
  key: string | null,
  write: SiloWrite,
): Promise<Pick<StoredSiloEntry, 'id' | 'version'> | undefined> {
  const { silo } = deps.store.queries
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const marked = write.mark === null ? undefined : await silo.marked(write.mark)
    if (marked !== undefined) return { id: marked.entry_id, version: marked.version }
    const before = key === null ? undefined : await silo.findByKey(write.application, key)
    const saved =
      before === undefined ? await createEntry(deps, { id: deps.ids.make('entry'), key }, write) : await replaceEntry(deps, before, write)
    if (saved !== undefined) return saved
  }
  return undefined
}

/** Takes an entry away, with all of its versions. False: it is not there any more. */
export async function removeEntry({ store }: SiloDeps, id: string, audit: readonly AuditEntry[]): Promise<boolean> {
  const { silo } = store.statements
  const statements = [silo.remove(id), silo.dropVersions(id, Number.MAX_SAFE_INTEGER), silo.dropValues(id)]
  return (await store.mutate({ statements, application: null, audit })).kind === 'done'
}

const DAY_MS = 86_400_000

function partsOf({ content, name, tags, keepDays }: SiloWrite, now: number) {
  return {
    name,
    tags: JSON.stringify(tags),
    content_type: content.contentType,
    bytes: content.bytes.length,
    sha256: createHash('sha256').update(content.bytes).digest('hex'),
    keep_days: keepDays,
    updated_at: now,
    expires_at: keepDays === null ? null : now + keepDays * DAY_MS,
  }
}

async function contentStatements({ store }: SiloDeps, row: StoredSiloEntry, { content, by, mark }: SiloWrite) {
  const { id, application_id, version, content_type, bytes, sha256, updated_at } = row
  const kept: StoredSiloVersion = {
    ...{ entry_id: id, version, content_type, bytes, sha256, content: Buffer.from(content.bytes), saved_at: updated_at },
    ...{ saved_by: by, mark },
  }
  const found = (await readJsonContent(content))?.values ?? []
  const values = found.map(({ path, value }) => ({ application_id, path, value, entry_id: id }))
  return [store.statements.silo.insertVersion(kept), ...store.statements.silo.insertValues(values)]
}
