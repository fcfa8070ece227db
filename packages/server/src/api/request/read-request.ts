import { isUtf8 } from 'node:buffer'
import type { RequestDetailOut, requestOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { answeredBy, requestJson } from './request-json.ts'

type RequestCall = Call<typeof requestOperations.get>

export async function getRequest(deps: ApiDeps, call: RequestCall): Promise<Answer> {
  const row = await existingRequest(deps, call)
  const runs = await deps.store.logs.runs.heads(JSON.parse(row.run_ids) as string[])
  const body: RequestDetailOut = {
    ...requestJson(row, await answeredBy(deps, [row])),
    headers: JSON.parse(row.headers) as [string, string][],
    body: bodyOf(row),
    form: row.form === null ? null : (JSON.parse(row.form) as RequestDetailOut['form']),
    runs: runs.map(({ id, flow_id, version, status, error_code }) => ({ id, flowId: flow_id, version, status, errorCode: error_code })),
  }
  return { status: 200, body }
}

/** The body as it came. */
export async function getBody(deps: ApiDeps, call: Call<typeof requestOperations.getBody>): Promise<Answer> {
  const row = await existingRequest(deps, call)
  // Its sender wrote it: a browser that opens it must neither run nor guess it.
  const headers = {
    'content-disposition': `attachment; filename="${row.id}.bin"`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  }
  return { status: 200, headers, content: { type: 'application/octet-stream', bytes: Buffer.from(row.body ?? []) } }
}

/** The request that the path names. */
export async function existingRequest(
  { store }: ApiDeps,
  { params, application }: Pick<RequestCall, 'params' | 'application'>,
): Promise<StoredRequest> {
  const row = await store.logs.requests.find(application.id, params['request_id']!)
  if (!row) throw new AppError('not_found')
  return row
}

/** What a page shows of a body; all of it is given as bytes by the address beside. */
const SHOWN_BODY_BYTES_MAX = 256 * 1024

function bodyOf({ body, body_bytes }: StoredRequest): RequestDetailOut['body'] {
  if (body === null) return null
  const encoding = isUtf8(body) ? 'utf8' : 'base64'
  const shown =
    body.length <= SHOWN_BODY_BYTES_MAX ? body : body.subarray(0, encoding === 'utf8' ? startOfCharacter(body) : SHOWN_BODY_BYTES_MAX)
  return {
    encoding,
    content: Buffer.from(shown.buffer, shown.byteOffset, shown.length).toString(encoding),
    truncated: shown.length < body_bytes,
  }
}

/** Not in the middle of a character. */
function startOfCharacter(text: Uint8Array): number {
  let end = SHOWN_BODY_BYTES_MAX
  while ((text[end]! & 0xc0) === 0x80) end--
  return end
}
