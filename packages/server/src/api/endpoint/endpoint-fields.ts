import type { EndpointOut, endpointPatch } from '@posthorn/contract'
import type { z } from 'zod'
import { parseExactJson } from '#domain'
import { endpointDefaults, type StoredEndpoint } from '#store'

export type EndpointPatchFields = Omit<z.output<typeof endpointPatch>, 'secret'>

/** How a field is kept in its column. */
interface Codec<In, Kept, Out> {
  readonly write: (value: In) => Kept
  readonly read: (kept: Kept) => Out
}

interface Field<In, Column extends keyof StoredEndpoint, Out> {
  readonly column: Column
  readonly codec: Codec<In, StoredEndpoint[Column], Out>
  /** A PUT that leaves the field out sets it back to its default. False: it must be given, or stays as it is. */
  readonly reset: boolean
}

/** `state` and `disabled` depend on each other (`stateOf`); headers are sealed, and read by operations of their own. */
type Name = Exclude<keyof EndpointPatchFields, 'state' | 'disabled' | 'headers'>

/** A field of the contract that has no row here is a type error, and so is a codec that does not fit the contract or the column. */
type Fields = {
  readonly [N in Name]: {
    [Column in keyof StoredEndpoint]: Field<Exclude<EndpointPatchFields[N], undefined>, Column, EndpointOut[N]>
  }[keyof StoredEndpoint]
}

/** What an endpoint is made of. Rows, patches, replacements and answers are made from this; the defaults stand beside the columns. */
const endpointFields = {
  uid: { column: 'uid', codec: asIs<string | null>(), reset: false },
  url: { column: 'url', codec: asIs<string>(), reset: false },
  description: { column: 'description', codec: asIs<string>(), reset: true },
  eventTypes: { column: 'event_types', codec: names(), reset: true },
  channels: { column: 'channels', codec: names(), reset: true },
  // Shown as it was written, with all digits of its numbers.
  filter: { column: 'filter', codec: json<EndpointOut['filter']>(parseExactJson), reset: true },
  transformation: { column: 'transformation', codec: json<EndpointOut['transformation']>(), reset: true },
  metadata: { column: 'metadata', codec: pairs(), reset: true },
  throttleRate: { column: 'throttle_rate', codec: asIs<number | null>(), reset: true },
  concurrency: { column: 'concurrency', codec: asIs<number | null>(), reset: true },
  ordered: { column: 'ordered', codec: flag(), reset: true },
  onExhausted: { column: 'on_exhausted', codec: word<EndpointOut['onExhausted']>(), reset: true },
  signing: { column: 'signing', codec: word<EndpointOut['signing']>(), reset: false },
  retryPolicy: { column: 'retry_policy', codec: json<EndpointOut['retryPolicy']>(), reset: true },
  timeoutMs: { column: 'timeout_ms', codec: asIs<number | null>(), reset: true },
  success: { column: 'success', codec: orElse<EndpointOut['success']>('2xx'), reset: true },
} satisfies Fields

/** What was checked above, for whoever goes over the fields without knowing which is which. */
const rows = Object.entries(endpointFields) as unknown as readonly (readonly [
  Name,
  Field<unknown, keyof typeof endpointDefaults, unknown>,
])[]

/** The columns that a patch touches. */
export function patchColumns(fields: EndpointPatchFields): Partial<StoredEndpoint> {
  const given = rows.filter(([name]) => fields[name] !== undefined)
  return Object.fromEntries(given.map(([name, { column, codec }]) => [column, codec.write(fields[name])]))
}

const resetColumns: Partial<StoredEndpoint> = Object.fromEntries(
  rows.filter(([, { reset }]) => reset).map(([, { column }]) => [column, endpointDefaults[column]]),
)

/** The columns of a replacement: what the body leaves out goes back to its default, except what stays. */
export function replaceColumns(fields: EndpointPatchFields): Partial<StoredEndpoint> {
  return { ...resetColumns, ...patchColumns(fields) }
}

/** The fields of a row, as they are answered. */
export function shownFields(row: Pick<StoredEndpoint, (typeof endpointFields)[Name]['column']>): Pick<EndpointOut, Name> {
  return Object.fromEntries(rows.map(([name, { column, codec }]) => [name, codec.read(row[column as never])])) as Pick<EndpointOut, Name>
}

function asIs<T>() {
  return { write: (value: T) => value, read: (kept: T) => kept }
}

function word<T extends string>() {
  return { write: (value: T): string => value, read: (kept: string) => kept as T }
}

function flag() {
  return { write: (value: boolean) => (value ? 1 : 0), read: (kept: number) => kept === 1 }
}

function json<T>(parse: (text: string) => unknown = JSON.parse) {
  return {
    write: (value: T) => (value === null ? null : JSON.stringify(value)),
    read: (kept: string | null) => (kept === null ? null : parse(kept)) as T,
  }
}

/** A set. An empty one is none, as the contract reads it where it allows one. */
function names() {
  const { write, read } = json<string[] | null>()
  return { write: (value: string[] | null) => write(value?.length ? [...new Set(value)] : null), read }
}

function pairs() {
  return {
    write: (value: Record<string, string>) => JSON.stringify(value),
    read: (kept: string) => JSON.parse(kept) as Record<string, string>,
  }
}

/** Null is what is said in place of it. */
function orElse<T>(otherwise: T) {
  const { write, read } = json<T | null>()
  return { write, read: (kept: string | null) => read(kept) ?? otherwise }
}
