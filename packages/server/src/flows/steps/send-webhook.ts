import { limits, loggedUrl, prepareKey, sendWebhookBytes, sendWebhookSuccessDefault, type StepRequest } from '#domain'
import type { StepOf } from '@posthorn/contract'
import type { MappingContext } from '../mapping/context.ts'
import { isLiteral, type CredentialSlot, type Slots } from '../mapping/slots.ts'
import type { RunStep, StepContext } from '../segment/step-outcome.ts'
import { compileHeaders, failedAt, type Failed } from './outbound-headers.ts'

/**
 * R1, R4 to R20, R31: builds the outbound request as a value. Sending, retrying and judging the answer are the delivery
 * room's; the run waits for what becomes of it (R22).
 */
export function compileSendWebhookStep(step: StepOf<'send_webhook'>, slots: Slots): RunStep {
  const url = slots.url(step.url, step.templatedHost ?? false, 'url')
  const event = slots.text(step.event ?? '', 'event')
  if (isLiteral(step.event) && !isEvent(step.event)) slots.fault(['event'], 'invalid_event', eventShape)
  const headers = compileHeaders(step, slots, { isJson: true })
  const signing = step.signing && { profile: step.signing.profile, secret: slots.credential(step.signing.secret, 'signing', 'secret') }
  if (signing && !signing.secret.readsSecrets)
    slots.fault(['signing', 'secret'], 'secret_expected', 'Give a reference such as {{ secrets.name }}.')
  const { success = sendWebhookSuccessDefault, retryPolicy = 'step', timeoutMs = limits.attemptTimeoutMs } = step

  return (context) => {
    const target = url.evaluate(context)
    const named = event(context)
    const input = {
      url: loggedUrl(target.ok ? target.url : step.url),
      event: named.slice(0, EVENT_CHARACTERS_MAX),
      headers: headers.shown(context),
    }
    if (!target.ok)
      return { kind: 'failed', code: 'invalid_url', message: `The URL cannot be used: ${target.message}.`, paths: ['url'], input }
    if (!isEvent(named)) return { kind: 'failed', code: 'invalid_event', message: eventShape, paths: ['event'], input }
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

const isEvent = (text: string): boolean => text.length <= EVENT_CHARACTERS_MAX && text.isWellFormed() && !text.includes('\0')

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

type Signing = { readonly ok: true; readonly signing: StepRequest['signing'] } | { readonly ok: false; readonly failure: Failed }

function signingKey(signing: { profile: 'standard' | 'svix' | 'hex'; secret: CredentialSlot }, context: MappingContext): Signing {
  const secret = signing.secret.evaluate(context).trim()
  if (secret === '') return failedAt('secret_missing', 'The signing secret is not there.', ['signing', 'secret'])
  const prepared = prepareKey(signing.profile, secret)
  if (!prepared.ok) return failedAt('invalid_secret', 'The signing secret does not fit its profile.', ['signing', 'secret'])
  return { ok: true, signing: { profile: signing.profile, secret } }
}
