import type { SigningProfile } from '@posthorn/sdk/signing'
import type { RetryPolicySetting } from './retry-policy.ts'
import type { SuccessRule } from './success-rule.ts'

/**
 * What `flows` and `delivery` tell each other about the delivery of a Send Webhook step. They meet in the store only:
 * `StepRequest` is the JSON that is kept sealed in `delivery.request` (the body is kept beside it as bytes), and
 * `StepDeliveryOutcome` is the JSON that the settlement which ends the delivery leaves in `run.wake`.
 */
export interface StepRequest {
  /** Of an http_request step; absent: a Send Webhook step, which posts. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** The connection that is called, by name: its address and credentials are those of the moment of the attempt. */
  readonly connection?: string
  /** With a connection: what comes behind its address. */
  readonly url: string
  /** Ready to send, secrets in place; without the headers that signing and the transport add. */
  readonly headers: Readonly<Record<string, string>>
  readonly signing: { readonly profile: SigningProfile; readonly secret: string } | null
  readonly retryPolicy: RetryPolicySetting
  /** Which status codes are success. */
  readonly success: SuccessRule
  /** Of one attempt, from name look-up to the last byte. */
  readonly timeoutMs: number
  /** The place in a chain of runs that one would have which this request starts; absent: it was written before there was such a thing. */
  readonly chain?: number
  /** The trace that it is part of (`traceText`). */
  readonly trace?: string | null
}

export interface StepDeliveryOutcome {
  readonly ok: boolean
  /** Why it failed: `timeout` or another class of failure. Null if it succeeded. */
  readonly code: string | null
  /** One sentence for a person; null if it succeeded. */
  readonly message: string | null
  /** Of the last attempt's response; null if there was none. */
  readonly status: number | null
  /** The last response's body as text, as much as is kept; null if there was none. */
  readonly body: string | null
  /** Of http_request steps: the body is no text, and stands here so. */
  readonly encoding?: 'base64'
  /** Of http_request steps. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>
}

/** A step that ended in KO, as later steps, webhook payloads and the run's record see it. */
export interface Fault {
  /** The kind of the step. */
  readonly provider: string
  readonly step_id: string
  readonly code: string
  readonly message: string
  /** JSON pointers or mapping paths that the fault is about. */
  readonly paths: readonly string[]
}
