import type { EndpointOut, endpointIn } from '@posthorn/contract'
import type { z } from 'zod'
import type { EndpointState, SigningProfile } from '#domain'
import { endpointDefaults, laneStates, type StoredEndpoint, type LaneState } from '#store'
import { patchColumns, shownFields } from './endpoint-fields.ts'

export type EndpointFields = z.output<typeof endpointIn>

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
): StoredEndpoint {
  const { id, application, signing, headers, now } = about
  return {
    ...endpointDefaults,
    id,
    application_id: application,
    url: fields.url,
    ...patchColumns(fields),
    state: stateOf(fields, 'active'),
    signing,
    headers,
    created_at: now,
    updated_at: now,
  }
}

export function endpointJson(row: Omit<StoredEndpoint, 'headers'>): EndpointOut {
  const shown = shownFields(row)
  return {
    id: row.id,
    ...shown,
    filterTypes: shown.eventTypes,
    rateLimit: shown.throttleRate,
    disabled: row.state === 'disabled',
    state: row.state,
    version: 1,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}
