import type { ErrorCode } from '#domain'
import type { Inbound } from '../request/inbound.ts'
import type { Refusal, RefusedAt, Rejections } from '../request/rejection.ts'
import { problemAnswer, type Answer } from './reply.ts'

export interface RefuseDeps {
  readonly rejections: Rejections
}

/** A refusal that is not kept with any application. */
export function turnAway(deps: RefuseDeps, inbound: Inbound, code: ErrorCode): Answer {
  deps.rejections.count(code)
  return problemAnswer(code, { requestId: inbound.id })
}

export function refuse(deps: RefuseDeps, inbound: Inbound, { at, ...refusal }: Refusal & { at: RefusedAt }): Answer {
  deps.rejections.record(inbound, refusal, at)
  return problemAnswer(refusal.code, { requestId: inbound.id, detail: refusal.detail, fields: refusal.fields, headers: refusal.headers })
}
