import {
  belonging,
  limits,
  prepareKey,
  retryPolicy,
  type RetryPolicy,
  type RetryPolicySetting,
  type SigningKey,
  type SigningProfile,
  type StepRequest,
  type SuccessRule,
} from '#domain'
import type { Vault } from '#platform'
import { derive, type ApplicationSnapshot, type EndpointSnapshot, type LoadedDelivery } from '#store'

/** Where a delivery goes, and by which rules: everything about it that does not change from attempt to attempt. */
export interface Target {
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly signing: { readonly profile: SigningProfile; readonly keys: readonly TimedKey[] } | null
  readonly policy: RetryPolicy
  readonly success: SuccessRule
  readonly timeoutMs: number
  /** Only endpoints are disabled by failures and by 410; only Send Webhook steps may steer their retries with `retry_in`. */
  readonly kind: 'endpoint' | 'send_webhook'
}

/** A key that was rotated out signs on until its time is over. */
export interface TimedKey {
  readonly key: SigningKey
  readonly until: number
}

export type TargetResult =
  | { readonly kind: 'target'; readonly target: Target }
  /** The endpoint is paused or disabled: the delivery waits where it is. */
  | { readonly kind: 'held' }
  /** The endpoint was deleted. */
  | { readonly kind: 'removed' }
  | { readonly kind: 'broken'; readonly code: string; readonly detail: string }

/** What every endpoint of an application makes of its configuration, compiled once for each version of it. */
export type Targets = (snapshot: ApplicationSnapshot) => ReadonlyMap<string, TargetResult>

export function createTargets(vault: Vault): Targets {
  return derive((snapshot) => new Map(snapshot.endpoints.map((endpoint) => [endpoint.id, endpointTarget(endpoint, snapshot, vault)])))
}

function endpointTarget(endpoint: EndpointSnapshot, snapshot: ApplicationSnapshot, vault: Vault): TargetResult {
  if (endpoint.state !== 'active') return { kind: 'held' }
  const keys: TimedKey[] = []
  const profile = endpoint.signing as SigningProfile
  for (const secret of endpoint.secrets) {
    const opened = vault.openText(secret.sealed, belonging.endpointSecret(endpoint.id))
    if (!opened.ok) return { kind: 'broken', code: 'secret_unreadable', detail: `The signing secret cannot be decrypted (${opened.code}).` }
    const prepared = prepareKey(profile, opened.plain)
    if (!prepared.ok) return { kind: 'broken', code: 'secret_unreadable', detail: prepared.detail }
    keys.push({ key: prepared.key, until: secret.expires_at ?? Infinity })
  }
  const headers = endpoint.headers === null ? undefined : vault.openText(endpoint.headers, belonging.endpointHeaders(endpoint.id))
  if (headers && !headers.ok)
    return { kind: 'broken', code: 'secret_unreadable', detail: `The custom headers cannot be decrypted (${headers.code}).` }
  const settings = JSON.parse(snapshot.settings) as { defaultRetryPolicy?: RetryPolicySetting }
  const policy =
    endpoint.retry_policy === null ? (settings.defaultRetryPolicy ?? 'standard') : (JSON.parse(endpoint.retry_policy) as RetryPolicySetting)
  return {
    kind: 'target',
    target: {
      url: endpoint.url,
      headers: headers ? Object.entries(JSON.parse(headers.plain) as Record<string, string>) : [],
      signing: { profile, keys },
      policy: retryPolicy(policy),
      success: endpoint.success === null ? '2xx' : (JSON.parse(endpoint.success) as SuccessRule),
      timeoutMs: endpoint.timeout_ms ?? limits.attemptTimeoutMs,
      kind: 'endpoint',
    },
  }
}

/** A Send Webhook step wrote down all of it when it ran, so a later version of its flow does not change what is under way. */
export function stepTarget({ delivery }: LoadedDelivery, vault: Vault): TargetResult {
  const opened = vault.openText(delivery.request ?? '', belonging.stepRequest(delivery.id))
  if (!opened.ok) return { kind: 'broken', code: 'secret_unreadable', detail: `The step's request cannot be decrypted (${opened.code}).` }
  const request = JSON.parse(opened.plain) as StepRequest
  const prepared = request.signing && prepareKey(request.signing.profile, request.signing.secret)
  if (prepared && !prepared.ok) return { kind: 'broken', code: 'secret_unreadable', detail: prepared.detail }
  return {
    kind: 'target',
    target: {
      url: request.url,
      headers: Object.entries(request.headers),
      signing:
        request.signing && prepared?.ok ? { profile: request.signing.profile, keys: [{ key: prepared.key, until: Infinity }] } : null,
      policy: retryPolicy(request.retryPolicy),
      success: request.success,
      timeoutMs: request.timeoutMs,
      kind: 'send_webhook',
    },
  }
}

/** The id that receivers deduplicate by: the same over all attempts. Decisions.md 8: no id on the wire holds a dot. */
export function webhookId({ delivery, eventId }: LoadedDelivery): string {
  if (delivery.message_id === null) return delivery.id
  return eventId !== null && !eventId.includes('.') ? eventId : delivery.message_id
}
