import { createHash } from 'node:crypto'
import { siloLimits, type EntryId, type Ids } from '#domain'
import type { Clock } from '#platform'
import type { AuditEntry, SiloAmount, Store, StoredSiloEntry, StoredSiloVersion } from '#store'
import { readJsonContent, type SiloContent } from './silo-content.ts'

export interface SiloDeps {
  readonly store: Pick<Store, 'queries' | 'statements' | 'mutate'>
  readonly ids: Ids
  readonly clock: Clock
  /** What an application may keep. */
  readonly siloQuota?: SiloAmount
}

export type Saved =
  | { readonly kind: 'saved'; readonly row: StoredSiloEntry }
  /** Somebody was faster: the key is taken, or the version is no more the present one. */
  | { readonly kind: 'raced' }
  /** The application has all that it may have; which limit that is, and the way out. */
  | { readonly kind: 'full'; readonly message: string }

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

/** Makes an entry. */
export async function createEntry(
  deps: SiloDeps,
  { id, key }: { readonly id: EntryId; readonly key: string | null },
  write: SiloWrite,
): Promise<Saved> {
  const now = deps.clock.now()
  const row = { id, application_id: write.application, key, created_at: now, version: 1, ...partsOf(write, now) }
  const amount = { entries: 1, bytes: row.bytes }
  const { entries, bytes } = quotaOf(deps)
  // The first entry of all is counted by an insert, which compares nothing.
  if (amount.bytes > bytes) return { kind: 'full', message: await whyFull(deps, write.application, amount) }
  const { silo } = deps.store.statements
  const { kind } = await deps.store.mutate({
    statements: [
      silo.insert(row),
      ...(await contentStatements(deps, row, write)),
      silo.count(row.application_id, amount, { entries, bytes }),
    ],
    application: null,
    audit: write.audit,
  })
  if (kind === 'done') return { kind: 'saved', row }
  return kind === 'conflict' ? { kind: 'raced' } : { kind: 'full', message: await whyFull(deps, write.application, amount) }
}

/** Makes the next version of an entry as it was read. */
export async function replaceEntry(deps: SiloDeps, before: StoredSiloEntry, write: SiloWrite): Promise<Saved> {
  const row = { ...before, version: before.version + 1, ...partsOf(write, deps.clock.now()) }
  const upTo = row.version - siloLimits.versionsMax
  const amount = { entries: 0, bytes: row.bytes }
  const { silo } = deps.store.statements
  const { kind } = await deps.store.mutate({
    statements: [
      silo.replace(row),
      silo.dropValues(row.id),
      ...(await contentStatements(deps, row, write)),
      silo.countOff(row.application_id, row.id, { upTo, entries: 0 }),
      silo.dropVersions(row.id, upTo),
      silo.count(row.application_id, amount, quotaOf(deps)),
    ],
    application: null,
    audit: write.audit,
  })
  if (kind === 'done') return { kind: 'saved', row }
  const present = await deps.store.queries.silo.find(row.application_id, row.id)
  if (present?.version !== before.version) return { kind: 'raced' }
  return { kind: 'full', message: await whyFull(deps, write.application, amount) }
}

const quotaOf = ({ siloQuota = siloLimits.quota }: SiloDeps): SiloAmount => siloQuota

async function whyFull(deps: SiloDeps, application: string, { entries: added, bytes: more }: SiloAmount): Promise<string> {
  const most = quotaOf(deps)
  const { entries = 0, bytes = 0 } = (await deps.store.queries.silo.usage(application)) ?? {}
  const limit =
    added > 0 && entries + added > most.entries
      ? `has ${entries} entries, and ${most.entries} is the most (POSTHORN_SILO_ENTRIES_MAX)`
      : `takes ${bytes} bytes with all versions, this needs ${more} more, and ${most.bytes} is the most (POSTHORN_SILO_BYTES_MAX)`
  return `The silo of this application ${limit}. Delete entries, or give them keepDays, so that they go by themselves.`
}

/** Raced by others, a save looks again so often; in each round somebody wins. */
const ROUNDS_MAX = 100

/** Makes the entry of this key, or its next version. What was saved under the same mark before is answered as it was. */
export async function saveEntry(
  deps: SiloDeps,
  key: string | null,
  write: SiloWrite,
): Promise<{ readonly kind: 'saved'; readonly row: Pick<StoredSiloEntry, 'id' | 'version'> } | Exclude<Saved, { kind: 'saved' }>> {
  const { silo } = deps.store.queries
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const marked = write.mark === null ? undefined : await silo.marked(write.mark)
    if (marked !== undefined) return { kind: 'saved', row: { id: marked.entry_id, version: marked.version } }
    const before = key === null ? undefined : await silo.findByKey(write.application, key)
    const saved =
      before === undefined ? await createEntry(deps, { id: deps.ids.make('entry'), key }, write) : await replaceEntry(deps, before, write)
    if (saved.kind !== 'raced') return saved
  }
  return { kind: 'raced' }
}

/** Takes an entry away, with all of its versions. False: it is not there any more. */
export async function removeEntry(
  { store }: SiloDeps,
  { id, application_id }: Pick<StoredSiloEntry, 'id' | 'application_id'>,
  audit: readonly AuditEntry[],
): Promise<boolean> {
  const { silo } = store.statements
  const upTo = Number.MAX_SAFE_INTEGER
  const statements = [
    silo.remove(id),
    silo.countOff(application_id, id, { upTo, entries: 1 }),
    silo.dropVersions(id, upTo),
    silo.dropValues(id),
  ]
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
