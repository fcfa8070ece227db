import { verifyWhole } from '../examine.ts'
import type { BodyRead } from '../http/body.ts'
import type { OpenBody } from '../judge.ts'
import type { Inbound } from '../request/inbound.ts'
import { formOfBody, streamForm, streams, type FormRead, type UploadDeps } from './receive-form.ts'

export type Unread = Exclude<BodyRead, { kind: 'read' }> | Exclude<FormRead, { kind: 'form' }>

const NOTHING = Buffer.alloc(0)

/**
 * What a request brings that claims to bring a form, which `inbound.form` has from then on. It is streamed into the store; or, where a
 * signature covers the bytes, read whole, verified, and only then taken apart. None is left where it is kept raw, or will be refused for
 * its signature.
 */
export async function readContent(
  deps: UploadDeps,
  inbound: Inbound,
  { listener, gate, snapshot }: Omit<OpenBody, 'body' | 'form'>,
): Promise<Extract<BodyRead, { kind: 'read' }> | Unread> {
  if (inbound.headers['content-encoding'] !== undefined) {
    return { kind: 'refused', refusal: { code: 'unsupported_media_type', detail: 'Send a multipart form without Content-Encoding.' } }
  }
  const upload = { listener, application: snapshot.id }
  if (streams(listener)) {
    const made = await streamForm(deps, inbound, upload)
    if (made.kind !== 'form') return made
    inbound.form = made.form
    return { kind: 'read', body: NOTHING }
  }
  const read = await inbound.body(listener.bodyBytesMax)
  if (read.kind !== 'read') return read
  const { body } = read
  const { verification } = gate
  const verified = await verifyWhole({ inbound, listener, body, form: null, verification, cors: gate.cors })
  if (!verified.ok) return read
  const made = await formOfBody(deps, inbound, { ...upload, body })
  if (made.kind === 'form') inbound.form = made.form
  else if (made.kind !== 'refused' || made.refusal.code !== 'malformed_multipart' || listener.settings.onMalformed !== 'raw') return made
  return read
}
