import { isJsonContentType, limits, loggedUrl, successDefault, type StepRequest } from '#domain'
import type { StepOf } from '@posthorn/contract'
import type { MappingContext } from '../mapping/context.ts'
import type { Slots } from '../mapping/slots.ts'
import { pathWithin } from '../mapping/url.ts'
import { toText } from '../mapping/values.ts'
import { jsonWithin } from '../segment/json-within.ts'
import type { RunStep } from '../segment/step-outcome.ts'
import { compileHeaders, failedAt, type Failed } from './outbound-headers.ts'

/** Builds the request as a value; it is a delivery of the step's lane, and the run waits for what becomes of it. */
export function compileHttpRequestStep(step: StepOf<'http_request'>, slots: Slots): RunStep {
  const url = step.system === undefined ? slots.url(step.url, step.templatedHost ?? false, 'url') : slots.path(step.url, 'url')
  const query = step.query === undefined ? undefined : slots.json(step.query, 'query')
  const headers = compileHeaders(step, slots, { isJson: false })
  const body = step.body === undefined ? undefined : slots.json(step.body, 'body')
  const {
    method = body === undefined ? 'GET' : 'POST',
    success = successDefault,
    retryPolicy = 'step',
    timeoutMs = limits.attemptTimeoutMs,
  } = step
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) slots.fault(['body'], 'unexpected_body', `A ${method} has no body.`)
  const policy = typeof retryPolicy === 'string' ? retryPolicy : { waitsSeconds: retryPolicy.waitsSeconds, jitter: retryPolicy.jitter ?? 0 }

  return (context) => {
    const target = url.evaluate(context)
    const whole = target.ok && query !== undefined ? withQuery(target.url, query(context) as Record<string, unknown>) : target
    const aim = whole.ok && step.system !== undefined ? { ok: true as const, url: pathWithin(whole.url) } : whole
    const input = {
      ...(step.system !== undefined && { system: step.system }),
      method,
      url: loggedUrl(aim.ok ? aim.url : step.url),
      headers: headers.shown(context),
    }
    if (!aim.ok) return { kind: 'failed', code: 'invalid_url', message: `The URL cannot be used: ${aim.message}.`, paths: ['url'], input }
    const sent = headers.evaluate(context)
    if (!sent.ok) return { ...sent.failure, input }
    const made = body === undefined ? noBody : bodyOf(body, context, headerOf(sent.headers, 'content-type'))
    if (!made.ok) return { ...made.failure, input }
    const id = context.ids.make('dlv')
    const request: StepRequest = {
      method,
      ...(step.system !== undefined && { connection: step.system }),
      url: aim.url,
      headers: {
        ...made.type,
        ...(isSafe(method) || headerOf(sent.headers, 'idempotency-key') !== undefined ? {} : { 'Idempotency-Key': id }),
        ...sent.headers,
      },
      signing: null,
      retryPolicy: policy,
      success,
      timeoutMs,
    }
    return { kind: 'park', delivery: { id, stepId: step.id, event: '', request, body: made.bytes }, input }
  }
}

/** Asking twice does no harm by itself. */
const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

const URL_CHARACTERS_MAX = 65_536

function withQuery(
  text: string,
  query: Record<string, unknown>,
): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly message: string } {
  const url = new URL(text)
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null && one !== undefined) url.searchParams.append(name, toText(one).toWellFormed())
  }
  return url.href.length <= URL_CHARACTERS_MAX
    ? { ok: true, url: url.href }
    : { ok: false, message: `the URL is longer than ${URL_CHARACTERS_MAX} characters` }
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

type Body =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly type: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: Failed }

const noBody: Body = { ok: true, bytes: new Uint8Array(0), type: {} }

/** The content type says what the value is written as. */
function bodyOf(evaluate: (context: MappingContext) => unknown, context: MappingContext, type: string | undefined): Body {
  const value = evaluate(context)
  const text = type === undefined || isJsonContentType(type) ? jsonWithin(value, limits.payloadBytesMax) : plainOf(value, type)
  if (typeof text !== 'string')
    return text ?? failedAt('payload_too_large', `The body is larger than ${limits.payloadBytesMax} bytes.`, ['body'])
  if (text.length > limits.payloadBytesMax)
    return failedAt('payload_too_large', `The body is larger than ${limits.payloadBytesMax} bytes.`, ['body'])
  return { ok: true, bytes: Buffer.from(text), type: type === undefined ? { 'Content-Type': 'application/json' } : {} }
}

function plainOf(value: unknown, type: string): string | { readonly ok: false; readonly failure: Failed } {
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type.trim())
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === null) return ''
  if (!isForm || Array.isArray(value))
    return failedAt('invalid_body', `A body of type ${type} is a text${isForm ? ' or an object' : ''}.`, ['body'])
  const form = new URLSearchParams()
  for (const [name, each] of Object.entries(value as Record<string, unknown>)) {
    for (const one of Array.isArray(each) ? each : [each])
      if (one !== null && one !== undefined) form.append(name, toText(one).toWellFormed())
  }
  return form.toString()
}
