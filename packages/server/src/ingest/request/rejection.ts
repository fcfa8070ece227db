import type { Committer } from '#coordination'
import { errors, limits, type ErrorCode, type FieldFault } from '#domain'
import type { Clock, Log } from '#platform'
import { createRateLimiter } from '../gate/rate-limit.ts'
import type { Inbound } from './inbound.ts'
import { DETAIL_LENGTH_MAX, plainText } from './plain-text.ts'
import { UNKNOWN_PLACES, type PlacesOfSecrets } from './redaction.ts'
import { requestRow, tookMs } from './request-row.ts'

/** Why a request is refused. */
export interface Refusal {
  readonly code: ErrorCode
  readonly detail?: string | undefined
  readonly fields?: readonly FieldFault[] | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Of a request that was verified before it was refused. */
  readonly proof?: string | null
  /** As far as it was read. */
  readonly body?: Uint8Array | undefined
  /** As its sender says, where it was not read. */
  readonly bodyBytes?: number | undefined
}

export interface RefusedAt {
  readonly application: string
  /** Null where no listener was found. */
  readonly listener: { readonly id: string; readonly secretsAt: PlacesOfSecrets } | null
}

/** Keeps refused requests, so that their senders' owners can see why. */
export interface Rejections {
  record(inbound: Inbound, refusal: Refusal, at: RefusedAt): void
  /** Refused requests so far, by code; of those that are not kept this is all that is known. */
  readonly counts: ReadonlyMap<ErrorCode, number>
  count(code: ErrorCode): void
}

/**
 * At most ten a second for each listener are kept: whoever can reach the URL decides how many come, and must not fill the
 * disk. They are written behind the answer, which owes nothing to anybody, and are the first to be dropped under load.
 */
export function createRejections(deps: { clock: Clock; log: Log; committer: Pick<Committer, 'accept'> }): Rejections {
  const { clock, log, committer } = deps
  const limiter = createRateLimiter(clock)
  const counts = new Map<ErrorCode, number>()
  const perSecond = { requests: limits.rejectedKeptPerSecond, seconds: 1 }

  const count = (code: ErrorCode) => void counts.set(code, (counts.get(code) ?? 0) + 1)
  return {
    counts,
    count,
    record(inbound, refusal, { application, listener }) {
      count(refusal.code)
      if (!limiter.take(listener?.id ?? application, perSecond).ok) return
      const { code, body, bodyBytes = body?.length ?? 0 } = refusal
      const request = {
        ...requestRow(inbound, listener?.secretsAt ?? UNKNOWN_PLACES),
        application_id: application,
        listener_id: listener?.id ?? null,
        status: 'rejected' as const,
        reason: code,
        detail: detailOf(refusal),
        event_type: null,
        dedup_key: null,
        run_ids: '[]',
        reply_status: errors[code].status,
        took_ms: tookMs(inbound, clock.now()),
        body_bytes: bodyBytes,
        body: body === undefined || body.length === 0 ? null : body.subarray(0, bytesKept(code)),
        form: null,
        verified: refusal.proof ?? null,
        origin: null,
      }
      committer.accept({ application: null, dedups: [], request, runs: [], messages: [] }).catch((error: unknown) => {
        log.debug('ingest.rejection.dropped', { request: inbound.id, error })
      })
    },
  }
}

/** Why, in a sentence: where single fields are wrong, each with its place. Null where the code says it all. */
export function detailOf({ detail, fields = [] }: Pick<Refusal, 'detail' | 'fields'>): string | null {
  if (detail !== undefined) return detail
  return fields.length === 0 ? null : plainText(fields.map(({ pointer, message }) => `${pointer}: ${message}`).join(' '), DETAIL_LENGTH_MAX)
}

/** More where a signature failed, so that it can be checked again with another secret. */
function bytesKept(code: ErrorCode): number {
  const unverified =
    code.startsWith('signature_') ||
    code.startsWith('timestamp_') ||
    code.startsWith('token_') ||
    code === 'secret_unusable' ||
    code === 'verification_unavailable'
  return unverified ? limits.rejectedBodyBytesKeptUnverified : limits.rejectedBodyBytesKept
}
