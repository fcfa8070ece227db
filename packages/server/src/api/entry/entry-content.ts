import type { entryOperations } from '@posthorn/contract'
import { AppError, type EntryId } from '#domain'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { attachmentHeaders } from './attachment.ts'
import { existingEntry } from './read-entries.ts'
import { tagOf } from './write-entry.ts'

/** The bytes, as a file to be saved: a sender made them, so no browser may show or run them here. */
export async function getContent(deps: ApiDeps, call: Call<typeof entryOperations.getContent>): Promise<Answer> {
  const found = await existingEntry(deps, call)
  const type = 'application/octet-stream'
  if (found.kind === 'body') {
    const { id, body } = found.row
    return { status: 200, headers: attachmentHeaders(null, id), content: { type, bytes: body } }
  }
  if (found.kind === 'silo') {
    const { id, name, version } = found.row
    const kept = await deps.store.queries.silo.version(id, call.query.version ?? version)
    if (kept === undefined) throw new AppError('not_found', { detail: 'This version of the entry is not kept.' })
    return { status: 200, headers: { ...attachmentHeaders(name, id), etag: tagOf(kept.version) }, content: { type, bytes: kept.content } }
  }
  const { id, name, bytes: length } = found.row
  const bytes = deps.store.files.read(id as EntryId, { start: 0, end: length })
  return { status: 200, headers: attachmentHeaders(name, id), stream: { type, length, bytes } }
}
