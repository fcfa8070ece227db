import { hash } from 'node:crypto'
import type { entryOperations, EntryOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredEntry, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import { existingListener } from '../listener/find-listener.ts'
import { stretchOf } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'

type EntryCall = Call<typeof entryOperations.get>

export async function listEntries({ store }: ApiDeps, { application, query }: Call<typeof entryOperations.list>): Promise<Answer> {
  const { listener_id, request_id: request } = query
  const listener = listener_id === undefined ? undefined : existingListener(application, { listener_id }).id
  const page = readPage(query, 'entry', 'descending')
  const rows = await store.queries.entries.list({ application: application.id, listener, request }, stretchOf(page, 'entry', query))
  return { status: 200, body: pageAnswer(page, rows, { key: ({ id }) => id, item: fileJson }) }
}

export async function getEntry(deps: ApiDeps, call: EntryCall): Promise<Answer> {
  const found = await existingEntry(deps, call)
  return { status: 200, body: found.kind === 'file' ? fileJson(found.row) : bodyJson(found.row) }
}

export type FoundEntry =
  | { readonly kind: 'file'; readonly row: StoredEntry }
  /** The body of a request, under the id that its runs see (decisions/a-request-is-an-entry). */
  | { readonly kind: 'body'; readonly row: StoredRequest }

/** The entry that the path names. */
export async function existingEntry(
  { store }: ApiDeps,
  { application, params }: Pick<EntryCall, 'application' | 'params'>,
): Promise<FoundEntry> {
  const id = params['entry_id']!
  const file = await store.queries.entries.find(application.id, id)
  if (file !== undefined) return { kind: 'file', row: file }
  const request = await store.logs.requests.find(application.id, id.replace(/^entry_/, 'req_'))
  if (request === undefined || !id.startsWith('entry_') || request.body === null) throw new AppError('not_found')
  return { kind: 'body', row: request }
}

function fileJson(row: StoredEntry): EntryOut {
  const { id, field, name, bytes: size, sha256 } = row
  const from = { listenerId: row.listener_id, requestId: row.request_id, contentType: row.content_type }
  return { id, kind: 'file', ...from, field, name, size, sha256, createdAt: new Date(row.created_at).toISOString() }
}

function bodyJson({ id, listener_id, content_type, body, received_at }: StoredRequest): EntryOut {
  return {
    id: id.replace('req_', 'entry_'),
    kind: 'body',
    listenerId: listener_id,
    requestId: id,
    field: null,
    name: null,
    contentType: content_type,
    size: body!.length,
    sha256: hash('sha256', body!, 'hex'),
    createdAt: new Date(received_at).toISOString(),
  }
}
