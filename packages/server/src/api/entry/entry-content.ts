import type { entryOperations } from '@posthorn/contract'
import { AppError, type EntryId } from '#domain'
import type { ByteRange } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { attachmentHeaders } from './attachment.ts'
import { rangeOf } from './byte-range.ts'
import { existingEntry } from './read-entries.ts'
import { tagOf } from './write-entry.ts'

/** The bytes, or a range of them, as a file to be saved: a sender made them, so no browser may show or run them here. */
export async function getContent(deps: ApiDeps, call: Call<typeof entryOperations.getContent>): Promise<Answer> {
  const found = await existingEntry(deps, call)
  const type = 'application/octet-stream'
  if (found.kind === 'body') {
    const { id, body } = found.row
    return part(call, { headers: attachmentHeaders(null, id), tag: `"${id}"`, length: body.length }, ({ start, end }) => ({
      content: { type, bytes: body.subarray(start, end) },
    }))
  }
  if (found.kind === 'silo') {
    const { id, name, version } = found.row
    const kept = await deps.store.queries.silo.version(id, call.query.version ?? version)
    if (kept === undefined) throw new AppError('not_found', { detail: 'This version of the entry is not kept.' })
    const { content } = kept
    return part(call, { headers: attachmentHeaders(name, id), tag: tagOf(kept.version), length: content.length }, ({ start, end }) => ({
      content: { type, bytes: content.subarray(start, end) },
    }))
  }
  const { id, name, bytes: length, sha256 } = found.row
  return part(call, { headers: attachmentHeaders(name, id), tag: `"${sha256}"`, length }, ({ start, end }) => ({
    stream: { type, length: end - start, bytes: deps.store.files.read(id as EntryId, { start, end }) },
  }))
}

interface Download {
  readonly headers: Readonly<Record<string, string>>
  /** Changes with the bytes. */
  readonly tag: string
  readonly length: number
}

/** All of a download, or what of it a caller asks for who lost the rest on the way. */
function part(
  call: Pick<Call, 'range' | 'ifRange'>,
  { headers, tag, length }: Download,
  bytesOf: (range: ByteRange) => Pick<Answer, 'content' | 'stream'>,
): Answer {
  const range = rangeOf(call, { length, tag })
  const described = { ...headers, etag: tag, 'accept-ranges': 'bytes' }
  if (range === undefined) return { status: 200, headers: described, ...bytesOf({ start: 0, end: length }) }
  const contentRange = `bytes ${range.start}-${range.end - 1}/${length}`
  return { status: 206, headers: { ...described, 'content-range': contentRange }, ...bytesOf(range) }
}
