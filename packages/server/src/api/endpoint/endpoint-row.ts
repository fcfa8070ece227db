import type { EndpointOut, endpointIn, endpointPatch } from '@posthorn/contract'
import type { z } from 'zod'
import { parseExactJson, type EndpointState, type SigningProfile } from '#domain'
import { laneStates, type EndpointTable, type LaneState } from '#store'

export type EndpointFields = z.output<typeof endpointIn>
export type EndpointPatchFields = Omit<z.output<typeof endpointPatch>, 'secret'>

/** `disabled` is Svix's word for one of three states; a body that says neither changes neither, so a PUT never un-pauses by accident. */
export function stateOf(
  fields: { state?: EndpointState | undefined; disabled?: boolean | undefined },
  before: EndpointState,
): EndpointState {
  if (fields.state !== undefined) return fields.state
  if (fields.disabled === undefined) return before
  if (fields.disabled) return 'disabled'
  return before === 'disabled' ? 'active' : before
}

export function laneStateOf(state: EndpointState): LaneState {
  return state === 'active' ? laneStates.ready : state === 'paused' ? laneStates.paused : laneStates.disabled
}

export function newEndpointRow(
  fields: EndpointFields,
  about: { id: string; application: string; signing: SigningProfile; headers: string | null; now: number },
): EndpointTable {
  const { id, application, signing, headers, now } = about
  return {
    id,
    application_id: application,
    uid: null,
    url: fields.url,
    description: fields.description,
    event_types: null,
    channels: null,
    filter: null,
    transformation: null,
    throttle_rate: null,
    concurrency: null,
    ordered: 0,
    on_exhausted: 'continue',
    retry_policy: null,
    timeout_ms: null,
    success: null,
    metadata: '{}',
    ...patchColumns(fields),
    state: stateOf(fields, 'active'),
    signing,
    headers,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
}

/** The columns that a patch touches. */
export function patchColumns(fields: EndpointPatchFields): Partial<EndpointTable> {
  return {
    ...(fields.url !== undefined && { url: fields.url }),
    ...(fields.uid !== undefined && { uid: fields.uid }),
    ...(fields.description !== undefined && { description: fields.description }),
    ...(fields.eventTypes !== undefined && { event_types: jsonOrNull(withoutRepeats(fields.eventTypes)) }),
    ...(fields.channels !== undefined && { channels: jsonOrNull(fields.channels?.length ? withoutRepeats(fields.channels) : null) }),
    ...(fields.filter !== undefined && { filter: jsonOrNull(fields.filter) }),
    ...(fields.transformation !== undefined && { transformation: jsonOrNull(fields.transformation) }),
    ...(fields.metadata !== undefined && { metadata: JSON.stringify(fields.metadata) }),
    ...(fields.throttleRate !== undefined && { throttle_rate: fields.throttleRate }),
    ...(fields.concurrency !== undefined && { concurrency: fields.concurrency }),
    ...(fields.ordered !== undefined && { ordered: fields.ordered ? 1 : 0 }),
    ...(fields.onExhausted !== undefined && { on_exhausted: fields.onExhausted }),
    ...(fields.signing !== undefined && { signing: fields.signing }),
    ...(fields.retryPolicy !== undefined && { retry_policy: jsonOrNull(fields.retryPolicy) }),
    ...(fields.timeoutMs !== undefined && { timeout_ms: fields.timeoutMs }),
    ...(fields.success !== undefined && { success: jsonOrNull(fields.success) }),
  }
}

/** The columns of a replacement: what the body leaves out goes back to its default, except uid, state and signing, which stay. */
export function replaceColumns(fields: Omit<EndpointFields, 'secret'>): Partial<EndpointTable> {
  return {
    event_types: null,
    channels: null,
    filter: null,
    transformation: null,
    throttle_rate: null,
    concurrency: null,
    ordered: 0,
    on_exhausted: 'continue',
    retry_policy: null,
    timeout_ms: null,
    success: null,
    ...patchColumns(fields),
  }
}

export function endpointJson(row: Omit<EndpointTable, 'headers'>): EndpointOut {
  return {
    id: row.id,
    uid: row.uid,
    url: row.url,
    description: row.description,
    eventTypes: parsed<string[]>(row.event_types),
    filterTypes: parsed<string[]>(row.event_types),
    channels: parsed<string[]>(row.channels),
    // Written back with all digits of its numbers.
    filter: row.filter === null ? null : (parseExactJson(row.filter) as EndpointOut['filter']),
    transformation: parsed<EndpointOut['transformation'] & object>(row.transformation),
    disabled: row.state === 'disabled',
    state: row.state,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    throttleRate: row.throttle_rate,
    rateLimit: row.throttle_rate,
    concurrency: row.concurrency,
    ordered: row.ordered === 1,
    onExhausted: row.on_exhausted as EndpointOut['onExhausted'],
    signing: row.signing as SigningProfile,
    retryPolicy: parsed<EndpointOut['retryPolicy'] & object>(row.retry_policy),
    timeoutMs: row.timeout_ms,
    success: parsed<EndpointOut['success'] & object>(row.success) ?? '2xx',
    version: 1,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

function withoutRepeats(names: readonly string[] | null): readonly string[] | null {
  return names && [...new Set(names)]
}

function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function parsed<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T)
}
