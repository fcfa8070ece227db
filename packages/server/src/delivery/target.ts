import { derive } from '#coordination'
import {
  CHAIN_HEADER,
  attemptTimeoutMs,
  belonging,
  loggedUrl,
  prepareKey,
  retryPolicy,
  successDefault,
  trimHeaderValue,
  type EndpointState,
  type Plan,
  type RetryPolicy,
  type RetryPolicySetting,
  type SigningKey,
  type SigningProfile,
  type StepRequest,
  type SuccessRule,
  type Transformation,
} from '#domain'
import type { HeaderPair, Vault } from '#platform'
import type { ApplicationSnapshot, EndpointSnapshot, LoadedDelivery } from '#store'
import { connect, withHeader, type ConnectionSource } from './connection/connect.ts'
import type { TokenRequest } from './connection/tokens.ts'
import type { DeliveryFailureCode } from './delivery-failures.ts'
import { endpointsById } from './lanes/lane-limits.ts'
import { loggedHeaders } from './redact.ts'

/** Where a delivery goes, and by which rules: everything about it that does not change from attempt to attempt. */
export interface Target {
  readonly url: string
  /** Without those that signing adds. */
  readonly headers: readonly HeaderPair[]
  readonly signing: { readonly profile: SigningProfile; readonly keys: readonly TimedKey[] } | null
  readonly policy: RetryPolicy
  readonly success: SuccessRule
  readonly timeoutMs: number
  /** The plan, if it limits first attempts by the hour. */
  readonly hourly: Plan | null
  /** The expression that makes what is sent in place of the payload; null: the payload as it is. */
  readonly transform: string | null
  /** Only endpoints have a circuit and are disabled by failures and by 410; only Send Webhook steps may steer their retries. */
  readonly kind: 'endpoint' | 'send_webhook' | 'http_request'
  readonly method: NonNullable<StepRequest['method']>
  /** What the access token is asked for with that goes along; null: none does. */
  readonly token: TokenRequest | null
  /** The trace that the delivery is part of, as what caused it said it; null: nothing did. */
  readonly trace: string | null
  /** As the attempt's row shows them: without credentials. */
  readonly logged: { readonly url: string; readonly headers: readonly HeaderPair[] }
}

/** A key that was rotated out signs on until its time is over. */
export interface TimedKey {
  readonly key: SigningKey
  readonly until: number
}

export type Aim =
  | { readonly kind: 'target'; readonly target: Target }
  /** Nothing can be sent until somebody changes something here. */
  | { readonly kind: 'broken'; readonly code: DeliveryFailureCode; readonly detail: string }
  /** What it needs is sealed under a key that is not ours, or damaged: the operator's fault, which may be mended. It waits. */
  | { readonly kind: 'closed'; readonly code: DeliveryFailureCode; readonly detail: string }

export interface EndpointAim {
  readonly state: EndpointState
  readonly aim: Aim
}

/** Finds endpoints in a snapshot. What is made of each is kept for as long as the snapshot lives. */
export type EndpointAims = (snapshot: ApplicationSnapshot, endpoint: string) => EndpointAim | undefined

const USER_AGENT = 'Posthorn/0.1'

export function createEndpointAims(vault: Vault): EndpointAims {
  const made = derive(() => new Map<string, EndpointAim>())
  return (snapshot, id) => {
    const aims = made(snapshot)
    const known = aims.get(id)
    if (known) return known
    const endpoint = endpointsById(snapshot).get(id)
    if (!endpoint) return undefined
    const aim = { state: endpoint.state, aim: aimAtEndpoint(endpoint, snapshot, vault) }
    // Looked at again, so that it is reported for as long as something waits for it.
    if (aim.aim.kind !== 'closed') aims.set(id, aim)
    return aim
  }
}

function aimAtEndpoint(endpoint: EndpointSnapshot, snapshot: ApplicationSnapshot, vault: Vault): Aim {
  const { plan } = snapshot
  const signing = signingOf(endpoint, vault)
  if ('kind' in signing) return signing
  const headers = endpoint.headers === null ? undefined : vault.openText(endpoint.headers, belonging.endpointHeaders(endpoint.id))
  if (headers && !headers.ok) return closed('custom headers', headers.code)
  const { defaultRetryPolicy = plan.defaultRetryPolicy } = JSON.parse(snapshot.settings) as { defaultRetryPolicy?: RetryPolicySetting }
  const policy = endpoint.retry_policy === null ? defaultRetryPolicy : (JSON.parse(endpoint.retry_policy) as RetryPolicySetting)
  const custom = headers ? (JSON.parse(headers.plain) as Record<string, string>) : {}
  return targetOf({
    url: endpoint.url,
    headers: custom,
    signing,
    policy: retryPolicy(policy, plan.retriesMax),
    success: endpoint.success === null ? successDefault : (JSON.parse(endpoint.success) as SuccessRule),
    timeoutMs: attemptTimeoutMs(plan, endpoint.timeout_ms),
    hourly: plan.deliveriesPerHour === null ? null : plan,
    transform: endpoint.transformation === null ? null : (JSON.parse(endpoint.transformation) as Transformation).expression,
    kind: 'endpoint',
    method: 'POST',
    token: null,
    trace: null,
  })
}

function signingOf({ id, signing, secrets }: EndpointSnapshot, vault: Vault): NonNullable<Target['signing']> | Aim {
  const profile = signing as SigningProfile
  const keys: TimedKey[] = []
  for (const { sealed, expires_at: until } of secrets) {
    if (until !== null) {
      // One that was rotated out signs on where it can. Whatever is wrong with it, nobody has to wait for its end.
      const old = vault.textIfOpen(sealed, belonging.endpointSecret(id))
      const prepared = old === undefined ? undefined : prepareKey(profile, old)
      if (prepared?.ok) keys.push({ key: prepared.key, until })
      continue
    }
    const opened = vault.openText(sealed, belonging.endpointSecret(id))
    if (!opened.ok) return closed('signing secret', opened.code)
    const prepared = prepareKey(profile, opened.plain)
    if (!prepared.ok) return broken('secret_unusable', prepared.detail)
    keys.push({ key: prepared.key, until: Infinity })
  }
  if (!keys.some(({ until }) => until === Infinity)) return broken('secret_unusable', 'The endpoint has no signing secret.')
  return { profile, keys }
}

/** What the step wrote down when it ran. No plan binds it, and a later version of its flow does not change what is under way. */
export function requestOfStep({ delivery }: LoadedDelivery, vault: Vault): { readonly request: StepRequest } | Aim {
  const opened = vault.openText(delivery.request ?? '', belonging.stepRequest(delivery.id))
  return opened.ok ? { request: JSON.parse(opened.plain) as StepRequest } : closed("step's request", opened.code)
}

/** A step's request; `source` has the connection that it names. */
export function aimAtRequest(request: StepRequest, source: ConnectionSource | undefined): Aim {
  if (request.connection === undefined) return aimAt(request, null)
  if (source === undefined) return broken('connection_missing', `Nobody here has a connection "${request.connection}".`)
  const connected = connect(request, request.connection, source)
  switch (connected.kind) {
    case 'connected':
      return aimAt(connected.request, connected.token)
    case 'missing':
      return broken('connection_missing', connected.detail)
    case 'closed':
      return closed(`secret "${connected.secret}"`, connected.code)
  }
}

function aimAt(request: StepRequest, token: TokenRequest | null): Aim {
  const { url, signing, success, timeoutMs, chain, trace = null } = request
  const headers = chain === undefined ? request.headers : withHeader(request.headers, CHAIN_HEADER, String(chain))
  const prepared = signing && prepareKey(signing.profile, signing.secret)
  if (prepared && !prepared.ok) return broken('secret_unusable', prepared.detail)
  return targetOf({
    ...{ url, headers, success, timeoutMs, hourly: null, transform: null, token, trace },
    ...(request.method === undefined ? { kind: 'send_webhook', method: 'POST' } : { kind: 'http_request', method: request.method }),
    signing: signing && prepared && { profile: signing.profile, keys: [{ key: prepared.key, until: Infinity }] },
    policy: retryPolicy(request.retryPolicy),
  })
}

type TargetParts = Omit<Target, 'headers' | 'logged'> & {
  readonly headers: Readonly<Record<string, string>>
}

function targetOf({ headers: custom, ...rest }: TargetParts): Aim {
  const names = new Set(Object.keys(custom).map((name) => name.toLowerCase()))
  const standing: readonly HeaderPair[] = [
    // What else an http_request carries, it says itself.
    ...(rest.kind === 'http_request' ? [] : [['content-type', 'application/json'] as const]),
    ['user-agent', USER_AGENT],
  ]
  const headers = [
    ...standing.filter(([name]) => !names.has(name)),
    ...Object.entries(custom).map(([name, value]) => [name, trimHeaderValue(value)] as const),
  ]
  const logged = {
    url: loggedUrl(rest.url),
    headers: loggedHeaders(rest.token === null ? headers : [...headers, ['authorization', 'Bearer']]),
  }
  return { kind: 'target', target: { ...rest, headers, logged } }
}

function closed(what: string, code: string): Aim {
  return { kind: 'closed', code: 'secret_unreadable', detail: `The ${what} cannot be decrypted (${code}).` }
}

function broken(code: DeliveryFailureCode, detail: string): Aim {
  return { kind: 'broken', code, detail }
}
