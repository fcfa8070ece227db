import { isCredentialHeader, limits, prepareKey, sendWebhookBytes, sendWebhookSuccessDefault, type StepRequest } from '#domain'
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
import { isJsonContentType } from '../mapping/header.ts'
import type { CredentialSlot, Slots } from '../mapping/slots.ts'
import type { RunStep, StepContext, StepEnd } from '../segment/step-outcome.ts'

/**
 * R1, R4 to R20, R31: builds the outbound request as a value. Sending, retrying and judging the answer are the delivery
 * room's; the run waits for what becomes of it (R22).
 */
export function compileSendWebhookStep(step: StepOf<'send_webhook'>, slots: Slots): RunStep {
  const url = slots.url(step.url, step.templatedHost ?? false, 'url')
  const event = slots.text(step.event ?? '', 'event')
  const headers = compileHeaders(step, slots)
  const signing = step.signing && { profile: step.signing.profile, secret: slots.credential(step.signing.secret, 'signing', 'secret') }
  if (signing && !signing.secret.readsSecrets)
    slots.fault(['signing', 'secret'], 'secret_expected', 'Give a reference such as {{ secrets.name }}.')
  const { success = sendWebhookSuccessDefault, retryPolicy = 'step', timeoutMs = limits.attemptTimeoutMs } = step

  return (context) => {
    const target = url.evaluate(context)
    const named = event(context)
    const input = { url: target.ok ? target.url : step.url, event: named.slice(0, EVENT_CHARACTERS_MAX), headers: headers.shown(context) }
    if (!target.ok)
      return { kind: 'failed', code: 'invalid_url', message: `The URL cannot be used: ${target.message}.`, paths: ['url'], input }
    if (named.length > EVENT_CHARACTERS_MAX || !named.isWellFormed() || named.includes('\0'))
      return { kind: 'failed', code: 'invalid_event', message: eventShape, paths: ['event'], input }
    const sent = headers.evaluate(context)
    if (!sent.ok) return { ...sent.failure, input }
    const key = signing ? signingKey(signing, context) : undefined
    if (key && !key.ok) return { ...key.failure, input }
    const request: StepRequest = {
      url: target.url,
      headers: sent.headers,
      signing: key ? key.signing : null,
      retryPolicy:
        typeof retryPolicy === 'string' ? retryPolicy : { waitsSeconds: retryPolicy.waitsSeconds, jitter: retryPolicy.jitter ?? 0 },
      success,
      timeoutMs,
    }
    const id = context.ids.make('dlv')
    return { kind: 'park', delivery: { id, stepId: step.id, event: input.event, request, body: bodyOf(id, input.event, context) }, input }
  }
}

/** Beside the payload it stands in a column of its own, which lists show and may be filtered by. */
const EVENT_CHARACTERS_MAX = 1000

const eventShape = `An event is a text of ${EVENT_CHARACTERS_MAX} characters at most, without NUL and halves of surrogate pairs.`

function bodyOf(deliveryId: string, event: string, context: StepContext): Uint8Array {
  const { run, entry, meta, faults } = context
  return sendWebhookBytes({
    deliveryId,
    event,
    runId: String(run['id']),
    entryId: typeof entry?.['id'] === 'string' ? entry['id'] : null,
    applicationId: String(run['applicationId']),
    key: String(run['key']),
    metaJson: JSON.stringify(meta),
    faults,
  })
}

type Failed = Extract<StepEnd, { kind: 'failed' }>
type Headers = { readonly ok: true; readonly headers: Record<string, string> } | { readonly ok: false; readonly failure: Failed }

interface HeaderSlots {
  readonly evaluate: (context: MappingContext) => Headers
  /** Names and values without secrets, for the record. */
  readonly shown: (context: MappingContext) => Record<string, string>
}

function compileHeaders(step: StepOf<'send_webhook'>, slots: Slots): HeaderSlots {
  const compiled: { name: string; slot: CredentialSlot; path: string[] }[] = []
  const names = new Set<string>()
  for (const [name, source] of Object.entries(step.headers ?? {})) {
    const path = ['headers', name]
    const slot = slots.credential(source, ...path)
    const fault = faultOfHeader(name, slot, names.has(name.toLowerCase()))
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
        if (tooLong) return failure('invalid_header', tooLong.message, path)
        const missing = slot.readsSecrets && (value === '' || value === 'Bearer')
        if (missing) return failure('secret_missing', `The secret of ${name} is not there.`, path)
        const fault = sentHeaderFault(name, value) ?? contentTypeFault(name, value)
        if (fault !== undefined) return failure('invalid_header', fault, path)
        headers[name] = value
      }
      // What stood in a definition before there was a limit is none of the data's doing.
      const tooLong = literalsTooLong ? undefined : headersFault(headers)
      if (tooLong) return failure('invalid_header', tooLong.message, ['headers', ...(tooLong.name === undefined ? [] : [tooLong.name])])
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
  const fault = headerFault(name, slot.literal ?? '')
  return fault ?? (slot.literal === undefined ? undefined : contentTypeFault(name, slot.literal))
}

function contentTypeFault(name: string, value: string): string | undefined {
  return name.toLowerCase() === 'content-type' && !isJsonContentType(value)
    ? 'The body is JSON, so its content type must be application/json or end in +json.'
    : undefined
}

type Signing = { readonly ok: true; readonly signing: StepRequest['signing'] } | { readonly ok: false; readonly failure: Failed }

function signingKey(signing: { profile: 'standard' | 'svix' | 'hex'; secret: CredentialSlot }, context: MappingContext): Signing {
  const secret = signing.secret.evaluate(context).trim()
  if (secret === '') return failure('secret_missing', 'The signing secret is not there.', ['signing', 'secret'])
  const prepared = prepareKey(signing.profile, secret)
  if (!prepared.ok) return failure('invalid_secret', 'The signing secret does not fit its profile.', ['signing', 'secret'])
  return { ok: true, signing: { profile: signing.profile, secret } }
}

function failure(code: string, message: string, path: readonly string[]): { readonly ok: false; readonly failure: Failed } {
  return { ok: false, failure: { kind: 'failed', code, message, paths: [path.join('.')] } }
}
