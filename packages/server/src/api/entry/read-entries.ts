import { hash } from 'node:crypto'
import type { entryOperations, EntryOut, EntryVersionOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot, StoredEntry, StoredRequest, StoredSiloEntry, Stretch } from '#store'
import { namesOf } from '../caller/name-of.ts'
import type { ApiDeps } from '../deps.ts'
import { existingListener } from '../listener/find-listener.ts'
import { lookThrough, mergeLooked, stretchOf, type Looked } from '../look-through.ts'
import { memberBytes } from '../message/member-bytes.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { findSiloEntry } from './find-silo-entry.ts'

type EntryCall = Call<typeof entryOperations.get>
type ListQuery = Call<typeof entryOperations.list>['query']

/** Of the silo and of requests, in one order. */
export async function listEntries({ store }: ApiDeps, { application, query }: Call<typeof entryOperations.list>): Promise<Answer> {
  const page = readPage(query, 'entry', 'descending')
  const stretch = stretchOf(page, 'entry', query)
  const { wantsFiles, wantsSilo } = kindsMeant(query)
  const none: Looked<Listed> = { rows: [], stoppedAt: null }
  const found = mergeLooked(page, [
    wantsFiles ? await files({ store }, { application, query }, stretch) : none,
    wantsSilo ? await siloEntries({ store }, { application, query }, stretch) : none,
  ])
  const item = (row: Listed) => ('listener_id' in row ? fileJson(row) : siloJson(row))
  return { status: 200, body: pageAnswer(page, found.rows, { key: ({ id }) => id, item, stoppedAt: found.stoppedAt }) }
}

type Listed = StoredEntry | StoredSiloEntry
type Listing = { readonly application: ApplicationSnapshot; readonly query: ListQuery }

/** What only one kind has leaves the other out. */
function kindsMeant({ kind, listener_id, request_id, key, tag, path, value }: ListQuery) {
  if ((path === undefined) !== (value === undefined)) {
    const pointer = path === undefined ? '?value' : '?path'
    throw new AppError('validation_error', { fields: [{ pointer, code: 'both_expected', message: 'Give `path` and `value` together.' }] })
  }
  const ofFiles = listener_id !== undefined || request_id !== undefined
  const ofSilo = key !== undefined || tag !== undefined || path !== undefined
  return { wantsFiles: kind !== 'silo' && !ofSilo, wantsSilo: kind !== 'file' && !ofFiles }
}

async function files({ store }: Pick<ApiDeps, 'store'>, { application, query }: Listing, stretch: Stretch): Promise<Looked<Listed>> {
  const { listener_id, request_id: request } = query
  const listener = listener_id === undefined ? undefined : existingListener(application, { listener_id }).id
  return { rows: await store.queries.entries.list({ application: application.id, listener, request }, stretch), stoppedAt: null }
}

function siloEntries({ store }: Pick<ApiDeps, 'store'>, { application, query }: Listing, stretch: Stretch): Promise<Looked<Listed>> {
  const { key, tag, path, value } = query
  const holds = path === undefined ? undefined : { path, value: value! }
  return lookThrough<Listed>(stretch, {
    // Keys and values are indexed.
    filtered: tag !== undefined,
    windowEnd: (part) => store.queries.silo.windowEnd(application.id, part),
    rows: (part) => store.queries.silo.list({ application: application.id, key, tag, holds }, part),
  })
}

export async function getEntry(deps: ApiDeps, call: EntryCall): Promise<Answer> {
  const found = await existingEntry(deps, call)
  if (found.kind === 'silo') return { status: 200, body: siloJson(found.row), headers: { etag: `"${found.row.version}"` } }
  return { status: 200, body: found.kind === 'file' ? fileJson(found.row) : bodyJson(found.row) }
}

export async function listVersions(deps: ApiDeps, call: Call<typeof entryOperations.listVersions>): Promise<Answer> {
  const { store } = deps
  const row = await findSiloEntry(deps, call)
  if (row === undefined) throw new AppError('not_found')
  const versions = await store.queries.silo.versions(row.id)
  const names = await namesOf(
    store,
    versions.map(({ saved_by }) => saved_by),
  )
  const data = versions.map(({ version, content_type, bytes, sha256, saved_at, saved_by }): EntryVersionOut => ({
    ...{ version, contentType: content_type, size: bytes, sha256, savedAt: iso(saved_at) },
    ...{ savedBy: saved_by, savedByName: names.get(saved_by) ?? null },
  }))
  return { status: 200, body: { data } }
}

export type FoundEntry =
  | { readonly kind: 'silo'; readonly row: StoredSiloEntry }
  | { readonly kind: 'file'; readonly row: StoredEntry }
  /** The body of a request, under the id that its runs see (decisions/a-request-is-an-entry). */
  | { readonly kind: 'body'; readonly row: Body }

type Body = Pick<StoredRequest, 'id' | 'listener_id' | 'content_type' | 'received_at'> & { readonly body: Uint8Array }

/** What a job brought, if it is no other entry. */
async function jobBody({ store }: Pick<ApiDeps, 'store'>, application: ApplicationSnapshot, id: string): Promise<Body | undefined> {
  const run = await store.logs.runs.find(application.id, id.replace('entry_', 'run_'))
  const body = run?.input == null || run.trigger !== 'job' ? undefined : memberBytes(Buffer.from(run.input), 'document')
  return body && { id: run!.id, listener_id: null, content_type: 'application/json', received_at: run!.created_at, body }
}

/** The entry that the path names. */
export async function existingEntry(deps: ApiDeps, call: Pick<EntryCall, 'application' | 'params'>): Promise<FoundEntry> {
  const { store } = deps
  const { application, params } = call
  const id = params['entry_id']!
  const kept = await findSiloEntry(deps, call)
  if (kept !== undefined) return { kind: 'silo', row: kept }
  const file = await store.queries.entries.find(application.id, id)
  if (file !== undefined) return { kind: 'file', row: file }
  if (!id.startsWith('entry_')) throw new AppError('not_found')
  const request = await store.logs.requests.find(application.id, id.replace('entry_', 'req_'))
  const row = request === undefined ? await jobBody({ store }, application, id) : request.body && { ...request, body: request.body }
  if (!row) throw new AppError('not_found')
  return { kind: 'body', row }
}

const iso = (at: number): string => new Date(at).toISOString()

/** What only the others have. */
const noSilo = { key: null, tags: [], version: null, updatedAt: null, expiresAt: null }

export function siloJson(row: StoredSiloEntry): EntryOut {
  const { id, name, content_type: contentType, bytes: size, sha256, key, version, created_at, updated_at, expires_at } = row
  return {
    ...{ id, kind: 'silo', listenerId: null, requestId: null, field: null, name, contentType, size, sha256, createdAt: iso(created_at) },
    ...{ key, tags: JSON.parse(row.tags) as string[], version, updatedAt: iso(updated_at) },
    expiresAt: expires_at === null ? null : iso(expires_at),
  }
}

function fileJson(row: StoredEntry): EntryOut {
  const { id, field, name, bytes: size, sha256 } = row
  const from = { listenerId: row.listener_id, requestId: row.request_id, contentType: row.content_type }
  return { id, kind: 'file', ...from, field, name, size, sha256, createdAt: iso(row.created_at), ...noSilo }
}

function bodyJson({ id, listener_id, content_type, body, received_at }: Body): EntryOut {
  return {
    id: id.replace(/^(req|run)_/, 'entry_'),
    kind: 'body',
    listenerId: listener_id,
    requestId: id.startsWith('req_') ? id : null,
    field: null,
    name: null,
    contentType: content_type,
    size: body.length,
    sha256: hash('sha256', body, 'hex'),
    createdAt: iso(received_at),
    ...noSilo,
  }
}
