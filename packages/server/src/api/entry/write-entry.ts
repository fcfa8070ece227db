import type { EntryReplacement, entryOperations } from '@posthorn/contract'
import { createEntry, readJsonContent, removeEntry, replaceEntry, type SiloContent, type SiloWrite } from '#coordination'
import { AppError, isJsonContentType, siloLimits } from '#domain'
import type { StoredSiloEntry } from '#store'
import type { ApiDeps } from '../deps.ts'
import { memberBytes } from '../message/member-bytes.ts'
import type { Answer, Call } from '../route.ts'
import { findSiloEntry } from './find-silo-entry.ts'
import { siloJson } from './read-entries.ts'

/** A body that holds base64 of the largest content, and the rest. */
export const ENTRY_BODY_BYTES_MAX = Math.ceil((siloLimits.contentBytesMax * 4) / 3) + 16_384

/** Makes an entry of the silo. */
export async function makeEntry(deps: ApiDeps, call: Call<typeof entryOperations.create>): Promise<Answer> {
  const id = deps.ids.make('entry')
  const key = call.body.key ?? null
  const saved = await createEntry(deps, { id, key }, await writeOf(deps, call, { action: 'entry.created', target: id }))
  if (saved.kind === 'full') throw new AppError('silo_full', { detail: saved.message })
  if (saved.kind === 'raced')
    throw new AppError('conflict', { detail: `There is an entry with the key "${key}" already. Replace that one.` })
  return { status: 201, ...answerOf(saved.row) }
}

/** Makes the next version of an entry, unless another came meanwhile. */
export async function updateEntry(deps: ApiDeps, call: Call<typeof entryOperations.update>): Promise<Answer> {
  const before = await findSiloEntry(deps, call)
  if (before === undefined) throw new AppError('not_found')
  requireVersion(before, call.ifMatch ?? (call.query.version === undefined ? undefined : tagOf(call.query.version)))
  const saved = await replaceEntry(deps, before, await writeOf(deps, call, { action: 'entry.updated', target: before.id, before }))
  if (saved.kind === 'full') throw new AppError('silo_full', { detail: saved.message })
  if (saved.kind === 'raced') throw new AppError('precondition_failed')
  return { status: 200, ...answerOf(saved.row) }
}

/** False: there is no such entry of the silo. */
export async function removeSiloEntry(deps: ApiDeps, call: Call<typeof entryOperations.delete>): Promise<boolean> {
  const before = await findSiloEntry(deps, call)
  if (before === undefined) return false
  return removeEntry(deps, before, [auditOf(deps, call, { action: 'entry.deleted', target: before.id, before })])
}

export const tagOf = (version: number): string => `"${version}"`

const answerOf = (row: StoredSiloEntry) => ({ body: siloJson(row), headers: { etag: tagOf(row.version) } })

/** As HTTP says it: one tag, several, or `*`. */
function requireVersion({ version }: StoredSiloEntry, ifMatch: string | undefined): void {
  if (ifMatch === undefined) throw new AppError('precondition_required')
  const meant = ifMatch.split(',').map((tag) => tag.trim())
  if (!meant.includes('*') && !meant.includes(tagOf(version))) {
    throw new AppError('precondition_failed', { detail: `The entry is at version ${version}. Read it again, then replace that version.` })
  }
}

type WriteCall = Pick<Call, 'actor' | 'ip' | 'raw'> & {
  readonly application: Call<typeof entryOperations.create>['application']
  readonly body: EntryReplacement
}

interface Change {
  readonly action: string
  readonly target: string
  readonly before?: StoredSiloEntry
}

async function writeOf(deps: ApiDeps, call: WriteCall, what: Change): Promise<SiloWrite> {
  const { application, body, actor } = call
  const { name = null, tags = [], keepDays = null } = body
  const content = await contentOf(call)
  return {
    ...{ application: application.id, content, name, tags: [...new Set(tags)], keepDays, by: actor.id, mark: null },
    audit: [auditOf(deps, call, what)],
  }
}

/** A document as it came, with every digit of its numbers. */
async function contentOf({ body, raw }: WriteCall): Promise<SiloContent> {
  const document = memberBytes(raw, 'document')
  if ((document === undefined) === (body.content === undefined))
    throw fault('/document', 'content_expected', 'Give a `document`, or the `content` of a file in base64: one of them.')
  if (document !== undefined && body.contentType !== undefined)
    throw fault('/contentType', 'unexpected_content_type', 'A document is application/json; a `contentType` belongs to `content`.')
  const bytes = document ?? Buffer.from(body.content!, 'base64')
  if (bytes.length > siloLimits.contentBytesMax)
    throw new AppError('payload_too_large', {
      detail: `An entry has ${siloLimits.contentBytesMax} bytes at most, and this has ${bytes.length}.`,
    })
  const contentType = document === undefined ? (body.contentType ?? 'application/octet-stream') : 'application/json'
  const content = { bytes, contentType }
  if (isJsonContentType(contentType) && (await readJsonContent(content)) === undefined)
    throw fault(
      '/content',
      'malformed_json',
      `It is no JSON, which the type ${contentType} says. Leave \`contentType\` out to keep it as a file.`,
    )
  return content
}

function auditOf(
  { ids, clock }: Pick<ApiDeps, 'ids' | 'clock'>,
  { actor, application, ip }: Pick<WriteCall, 'actor' | 'application' | 'ip'>,
  { action, target, before }: Change,
) {
  const about = { id: ids.make('aud'), at: clock.now(), application: application.id, actor: actor.id, ip }
  return { ...about, action, target, before: before === undefined ? null : JSON.stringify(siloJson(before)), after: null }
}

function fault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}
