import { AppError, limits, type ErrorCode, type Ids } from '#domain'
import type { Failpoint } from '#platform'
import type { Store } from '#store'
import type { CompiledListener } from '../listener/listeners.ts'
import { declaredLength } from '../http/body.ts'
import { firstHeader } from '../request/headers.ts'
import type { Inbound } from '../request/inbound.ts'
import type { Refusal } from '../request/rejection.ts'
import { ArrivalError, type Pace } from './arriving-pieces.ts'
import { boundaryOf, MalformedFormError, type Pieces } from './multipart.ts'
import { FormLimitError, NoRoomError, ReceivedForm } from './received-form.ts'
import type { UploadPlaces } from './upload-places.ts'

export interface UploadDeps {
  readonly store: Pick<Store, 'files' | 'queries'>
  readonly ids: Ids
  readonly failpoint: Failpoint
  readonly places: UploadPlaces
  readonly limits: UploadLimits
}

export interface UploadLimits {
  readonly fileBytesMax: number
  /** Of all files that an application keeps. */
  readonly applicationBytesMax: number
}

/** Half a minute must bring what a slow line brings; the whole takes no longer than a proxy would wait. */
const uploadPace: Pace = { bytesMin: 512 * 1024, stretchMs: 30_000, wholeMs: 600_000 }

export type FormRead =
  | { readonly kind: 'form'; readonly form: ReceivedForm }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** With an answer that is not kept with the application: the store would have to keep it. */
  | { readonly kind: 'turned_away'; readonly code: ErrorCode }
  | { readonly kind: 'aborted' }

/** Whether a request brings a form whose files are to be kept. Asked of every request, so it looks at the first letter first. */
export function isForm({ headers }: Pick<Inbound, 'headers'>, { settings }: CompiledListener): boolean {
  const type = firstHeader(headers, 'content-type')
  if (type === undefined || (type.charCodeAt(0) | 0x20) !== 0x6d || settings.bodyFormat !== 'auto') return false
  return boundaryOf(type) !== undefined && declaredLength(headers) !== 0
}

/**
 * Whether a form is read while it arrives. Where a signature covers its bytes, nothing of it is looked at before they are all here; and
 * where it is kept raw if it is none, its bytes are kept until that is known. Both are held to the size of a body.
 */
export function streams({ auth, settings }: CompiledListener): boolean {
  return auth.reads === 'head' && settings.onMalformed === 'reject'
}

interface Upload {
  readonly listener: CompiledListener
  readonly application: string
}

/** Reads a form as it comes, each file into the store. */
export async function streamForm(deps: UploadDeps, inbound: Inbound, { listener, application }: Upload): Promise<FormRead> {
  const declared = declaredLength(inbound.headers)
  const room = await roomFor(deps, application)
  const bytesMax = Math.min(listener.uploadBytesMax, room)
  if ((declared ?? 0) > bytesMax) return tooMuch(listener, room)
  return inPlace(deps, { application, bytes: declared ?? bytesMax }, async () => {
    const pieces = inbound.arriving({ bytesMax, pace: uploadPace })
    try {
      const read = await readForm(deps, inbound, { listener, pieces, isStreamed: true })
      return read.kind === 'too_large' ? tooMuch(listener, room) : read
    } finally {
      pieces.stop()
    }
  })
}

/** Takes a form apart that is here already. */
export async function formOfBody(
  deps: UploadDeps,
  inbound: Inbound,
  { listener, application, body }: Upload & { readonly body: Uint8Array },
): Promise<FormRead> {
  const room = await roomFor(deps, application)
  if (body.length > room) return tooMuch(listener, room)
  return inPlace(deps, { application, bytes: body.length }, async () => {
    const read = await readForm(deps, inbound, { listener, pieces: piecesOf(body), isStreamed: false })
    return read.kind === 'too_large' ? tooMuch(listener, room) : read
  })
}

async function inPlace(
  { places }: UploadDeps,
  { application, bytes }: { application: string; bytes: number },
  work: () => Promise<FormRead>,
): Promise<FormRead> {
  const place = places.take(application, bytes)
  if (place === undefined) return { kind: 'turned_away', code: 'overloaded' }
  try {
    return await work()
  } finally {
    place.giveBack()
  }
}

async function roomFor({ store, places, limits: { applicationBytesMax } }: UploadDeps, application: string): Promise<number> {
  const used = await store.queries.entries.bytesOf(application)
  return Math.max(0, applicationBytesMax - used - places.bytesOf(application))
}

function tooMuch(listener: CompiledListener, room: number): FormRead {
  if (room < listener.uploadBytesMax) return { kind: 'refused', refusal: { code: 'file_quota_reached' } }
  const detail = `The form is larger than the ${listener.uploadBytesMax} bytes that this listener takes.`
  return { kind: 'refused', refusal: { code: 'payload_too_large', detail } }
}

async function readForm(
  { store, ids, failpoint, limits: { fileBytesMax } }: UploadDeps,
  inbound: Inbound,
  { listener, pieces, isStreamed }: { listener: CompiledListener; pieces: Pieces; isStreamed: boolean },
): Promise<FormRead | { readonly kind: 'too_large' }> {
  const boundary = boundaryOf(firstHeader(inbound.headers, 'content-type'))
  if (typeof boundary !== 'string') return malformed('The Content-Type names no boundary, or one that cannot be.')
  const form = new ReceivedForm(
    { files: store.files, ids, isStreamed, failpoint },
    {
      fieldsMax: limits.uploadFieldsMax,
      filesMax: limits.uploadPartsMax,
      fieldsBytesMax: listener.bodyBytesMax,
      fileBytesMax,
      claim: inbound.claim,
    },
  )
  try {
    await form.read(pieces, boundary)
    return { kind: 'form', form }
  } catch (error) {
    await form.discard()
    return fromError(error)
  }
}

function fromError(error: unknown): FormRead | { readonly kind: 'too_large' } {
  if (error instanceof MalformedFormError) return malformed(error.message)
  if (error instanceof FormLimitError) return { kind: 'refused', refusal: { code: 'payload_too_large', detail: error.message } }
  if (error instanceof NoRoomError) return { kind: 'turned_away', code: 'overloaded' }
  if (error instanceof AppError) return { kind: 'turned_away', code: error.code }
  if (!(error instanceof ArrivalError)) throw error
  if (error.why === 'too_slow') return { kind: 'refused', refusal: { code: 'body_too_slow' } }
  if (error.why === 'stopping') return { kind: 'turned_away', code: 'stopping' }
  return error.why === 'aborted' ? { kind: 'aborted' } : { kind: 'too_large' }
}

function malformed(detail: string): FormRead {
  return { kind: 'refused', refusal: { code: 'malformed_multipart', detail } }
}

const PIECE_BYTES = 64 * 1024

/** A body that is here, a piece a turn: others have their turns in between. */
function piecesOf(body: Uint8Array): Pieces {
  let at = 0
  return {
    async next() {
      if (at >= body.length) return undefined
      await new Promise(setImmediate)
      return body.subarray(at, (at += PIECE_BYTES))
    },
  }
}
