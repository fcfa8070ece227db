import type { RequestByHand } from '#ingest'
import { headerWire, type RequestId } from '#domain'
import type { StoredRequest } from '#store'

export type KeptRequest =
  | { readonly kind: 'whole'; readonly request: RequestByHand }
  /** What is missing of it. */
  | { readonly kind: 'partial'; readonly detail: string }

/** A request that is kept, as it came; undefined where too little of it is there to be judged by again. */
export function keptRequest(row: StoredRequest, id: RequestId): KeptRequest {
  const headers = JSON.parse(row.headers) as [string, string][]
  const valueOf = (name: string) => headers.find(([own]) => own === name)?.[1]
  const partial = (detail: string) => ({ kind: 'partial', detail }) as const
  if (row.form !== null) return partial('It brought a form, of which the fields and files are kept, and not the bytes that were signed.')
  const body = row.body ?? new Uint8Array()
  const declared = Number(valueOf('content-length') ?? 0)
  const isCoded = valueOf('content-encoding') !== undefined
  if (isCoded && row.status !== 'rejected')
    return partial('Its body came compressed, and what is kept is what it says, not the bytes that were signed.')
  if (body.length < row.body_bytes || body.length < declared || (body.length === 0 && valueOf('transfer-encoding') !== undefined))
    return partial('Of its body only the beginning is kept, or nothing.')
  const rawHeaders = headers.flatMap(([name, value]) => [name, headerWire(value)])
  const { method, path, query, ip, received_at } = row
  return { kind: 'whole', request: { id, receivedAt: received_at, method, path, query, rawHeaders, body, address: ip } }
}
