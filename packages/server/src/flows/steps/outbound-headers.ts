import { isCredentialHeader, isJsonContentType } from '#domain'
import {
  bearerTokenFault,
  HEADER_BYTES_MAX,
  headerFault,
  headersFault,
  sentHeaderFault,
  trimHeaderValue,
  type StepOf,
} from '@posthorn/contract'
import type { MappingContext } from '../mapping/context.ts'
import type { CredentialSlot, Slots } from '../mapping/slots.ts'
import type { StepEnd } from '../segment/step-outcome.ts'

/** The headers of what a step sends: with credentials for the request, without for the record. */
export type Failed = Extract<StepEnd, { kind: 'failed' }>
type Headers = { readonly ok: true; readonly headers: Record<string, string> } | { readonly ok: false; readonly failure: Failed }

export interface HeaderSlots {
  readonly evaluate: (context: MappingContext) => Headers
  /** Names and values without secrets, for the record. */
  readonly shown: (context: MappingContext) => Record<string, string>
}

/** Of a step that sends; `isJson`: its body always is, and the content type must say so. */
export function compileHeaders(
  step: Pick<StepOf<'send_webhook'>, 'headers' | 'bearerToken'>,
  slots: Slots,
  { isJson }: { readonly isJson: boolean },
): HeaderSlots {
  const contentTypeFault = isJson ? jsonTypeFault : () => undefined
  const compiled: { name: string; slot: CredentialSlot; path: string[] }[] = []
  const names = new Set<string>()
  for (const [name, source] of Object.entries(step.headers ?? {})) {
    const path = ['headers', name]
    const slot = slots.credential(source, ...path)
    const fault =
      faultOfHeader(name, slot, names.has(name.toLowerCase())) ??
      (slot.literal === undefined ? undefined : contentTypeFault(name, slot.literal))
    if (fault !== undefined) slots.fault(path, 'invalid_header', fault)
    names.add(name.toLowerCase())
    compiled.push({ name, slot, path })
  }
  if (step.bearerToken !== undefined) {
    if (names.has('authorization'))
      slots.fault(['bearerToken'], 'authorization_twice', 'Give bearerToken or the header Authorization, not both.')
    compiled.push({ name: 'Authorization', slot: bearerSlot(step.bearerToken, slots), path: ['bearerToken'] })
  }
  const literalsTooLong = headersFault(Object.fromEntries(compiled.map(({ name, slot }) => [name, slot.literal ?? ''])))
  return {
    evaluate(context) {
      const headers: Record<string, string> = {}
      for (const { name, slot, path } of compiled) {
        const value = trimHeaderValue(slot.evaluate(context))
        const tooLong = slot.literal === undefined ? headersFault({ [name]: value }) : undefined
        if (tooLong) return failedAt('invalid_header', tooLong.message, path)
        const missing = slot.readsSecrets && (value === '' || value === 'Bearer')
        if (missing) return failedAt('secret_missing', `The secret of ${name} is not there.`, path)
        // A receiver would refuse it as it refuses a wrong one, for as long as it is tried.
        if (path[0] === 'bearerToken' && value === 'Bearer') return failedAt('invalid_header', 'The bearer token is empty.', path)
        const fault = sentHeaderFault(name, value) ?? contentTypeFault(name, value)
        if (fault !== undefined) return failedAt('invalid_header', fault, path)
        headers[name] = value
      }
      // What stood in a definition before there was a limit is none of the data's doing.
      const tooLong = literalsTooLong ? undefined : headersFault(headers)
      if (tooLong) return failedAt('invalid_header', tooLong.message, ['headers', ...(tooLong.name === undefined ? [] : [tooLong.name])])
      return { ok: true, headers }
    },
    shown: (context) => Object.fromEntries(compiled.map(({ name, slot }) => [name, shownValue(name, slot, context)])),
  }
}

function shownValue(name: string, slot: CredentialSlot, context: MappingContext): string {
  if (slot.readsSecrets || name === 'Authorization') return slot.shown('[secret]')
  return isCredentialHeader(name) ? '[secret]' : slot.shown(slot.evaluate(context).slice(0, HEADER_BYTES_MAX))
}

/** R8. A token is never shown, also one that stands in the definition as it is. */
function bearerSlot(token: string, slots: Slots): CredentialSlot {
  const slot = slots.credential(token, 'bearerToken')
  const fault = bearerTokenFault(token)
  if (fault !== undefined) slots.fault(['bearerToken'], 'invalid_header', fault)
  if (slot.literal !== undefined) {
    slots.warn(['bearerToken'], 'literal_secret', 'Keep the token as a secret and write {{ secrets.name }}, so that it is sealed.')
  }
  const shown = slot.readsSecrets ? `Bearer ${token}` : 'Bearer [secret]'
  return { ...slot, evaluate: (context) => `Bearer ${slot.evaluate(context)}`, shown: () => shown }
}

function faultOfHeader(name: string, slot: CredentialSlot, repeated: boolean): string | undefined {
  if (repeated) return `The header ${name} is there twice; case makes no difference.`
  return headerFault(name, slot.literal ?? '')
}

function jsonTypeFault(name: string, value: string): string | undefined {
  return name.toLowerCase() === 'content-type' && !isJsonContentType(value)
    ? 'The body is JSON, so its content type must be application/json or end in +json.'
    : undefined
}

export function failedAt(code: string, message: string, path: readonly string[]): { readonly ok: false; readonly failure: Failed } {
  return { ok: false, failure: { kind: 'failed', code, message, paths: [path.join('.')] } }
}
