import { bodilessStatuses, isRawNumber, limits, type Reply } from '#domain'
import { headersFault, replyHeaderFault, sentReplyHeaderFault, trimHeaderValue, type StepOf } from '@posthorn/contract'
import type { MappingContext } from '../mapping/context.ts'
import { toText } from '../mapping/values.ts'
import { isLiteral, type Slots } from '../mapping/slots.ts'
import type { UrlSlot } from '../mapping/url.ts'
import type { CompiledStep } from '../definition/compiled-flow.ts'
import { entryReply, formattedReply, koReply, okReply, withHeaders } from '../segment/default-reply.ts'
import type { StepContext, StepEnd } from '../segment/step-outcome.ts'
import type { FoundEntry } from '../silo/run-silo-job.ts'
import { askForEntry } from './load-entry.ts'
import { compileOverride, statusShape } from './status-override.ts'

/** R36, R51 to R57: answers the waiting caller. The reply leaves with the commit that holds everything up to it. */
export function compileWebhookResponseStep(step: StepOf<'webhook_response'>, slots: Slots): Pick<CompiledStep, 'run' | 'conclude'> {
  const entry = compileEntry(step, slots)
  const answer = compileAnswer(step, slots)
  const answered = { kind: 'done', status: 'SKIP', code: 'already_answered' } as const
  return {
    run(context) {
      if (context.answered) return answered
      return entry === undefined ? answer(context) : askForEntry('find_entry', entry(context))
    },
    conclude(context, computed) {
      if (context.answered) return answered
      if (computed.kind === 'failed') return { ...computed, paths: ['entry'] }
      return answer(context, computed.output as FoundEntry)
    },
  }
}

/** The entry, if it is one that is answered with. */
function compileEntry(step: StepOf<'webhook_response'>, slots: Slots): ((context: MappingContext) => string) | undefined {
  if (step.entry === undefined) return undefined
  for (const field of ['body', 'bodyFormat', 'redirect'] as const)
    if (step[field] !== undefined) slots.fault([field], 'invalid_entry', `The body is the entry of \`entry\`. Leave ${field} out, or that.`)
  return slots.text(step.entry, 'entry')
}

function compileAnswer(step: StepOf<'webhook_response'>, slots: Slots): (context: StepContext, found?: FoundEntry) => StepEnd {
  const { status: fixedStatus = step.redirect === undefined ? 200 : 302, bodyFormat = 'auto' } = step
  const location = compileRedirect(step, slots)
  const override = compileOverride(step, slots)
  const headers = compileHeaders(step, slots)
  const body = compileBody(step, slots)

  return (context, found) => {
    const runId = String(context.run['id'])
    const overridden = override(context)
    // R53: the caller must not take a broken answer for a success.
    if (!overridden.ok) return invalidStatus(runId, overridden.given)
    const status = overridden.status ?? fixedStatus
    const made = headers(context)
    if (!made.ok) return { kind: 'failed', code: 'invalid_header', message: made.message, paths: made.paths }
    const target = location?.(context)
    if (target?.ok === false)
      return { kind: 'failed', code: 'invalid_url', message: `The URL cannot be used: ${target.message}.`, paths: ['redirect'] }
    const isConfirmed = body === undefined && target === undefined
    const written = found
      ? { ok: true as const, reply: entryReply(status, found) }
      : isConfirmed
        ? { ok: true as const, reply: okReply(runId) }
        : formattedReply(status, body?.(context), bodyFormat)
    if (!written.ok) return { kind: 'failed', code: 'invalid_body', message: written.message, paths: ['body'] }
    const merged = withoutBody(withHeaders({ ...written.reply, status }, { ...made.headers, ...(target && { location: target.url }) }))
    const bytes = Buffer.byteLength(merged.body ?? '', merged.encoding)
    if (bytes > limits.stepOutputBytesMax) {
      const message = `The body has ${bytes} bytes; it may have ${limits.stepOutputBytesMax}.`
      return { kind: 'failed', code: 'output_too_large', message, paths: ['body'] }
    }
    return { kind: 'done', status: 'OK', output: { status }, effect: { kind: 'reply', reply: merged } }
  }
}

/** What data has made of the status is for the flow's owner to see, and not for whoever sent the data. */
function invalidStatus(runId: string, given: unknown): StepEnd {
  const reply = koReply({ code: 'invalid_status', message: 'statusOverride is not a status from 200 to 599.', runId })
  const paths = ['statusOverride']
  return {
    kind: 'failed',
    code: 'invalid_status',
    message: statusShape(given),
    paths,
    effect: { kind: 'reply', reply },
    output: { status: 500 },
  }
}

/** What never changes is judged when the flow is saved, as far as it can be. */
function compileBody(step: StepOf<'webhook_response'>, slots: Slots): ((context: MappingContext) => unknown) | undefined {
  const { body, bodyFormat = 'auto', status = 200, statusOverride } = step
  if (body === undefined) return undefined
  if (body !== null && statusOverride === undefined && bodilessStatuses.has(status))
    slots.warn(['body'], 'body_not_sent', `With the status ${status} no body is sent.`)
  if (isLiteral(JSON.stringify(body))) {
    const written = formattedReply(status, body, bodyFormat)
    if (!written.ok) slots.fault(['body'], 'invalid_body', written.message)
  }
  return slots.json(body, 'body')
}

/** R57: with these the protocol has no body, whatever is configured. */
function withoutBody(reply: Reply): Reply {
  if (!bodilessStatuses.has(reply.status)) return reply
  const { entry: _entry, headers: all, ...rest } = reply
  const { 'content-type': _type, 'content-disposition': _disposition, ...headers } = all
  return { ...rest, headers, body: null }
}

const REDIRECTS = [301, 302, 303, 307, 308]

/** Where the caller is sent. What data could put in the place of the host would send people anywhere. */
function compileRedirect(step: StepOf<'webhook_response'>, slots: Slots): UrlSlot['evaluate'] | undefined {
  const { redirect, templatedHost = false, status, headers = {} } = step
  if (redirect === undefined) return undefined
  const say = (field: string, message: string) => slots.fault([field], 'invalid_redirect', message)
  if (status !== undefined && !REDIRECTS.includes(status)) say('status', `A redirect has one of the statuses ${REDIRECTS.join(', ')}.`)
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'location')) say('headers', 'The header Location is what redirect says.')
  return slots.url(redirect, templatedHost, 'redirect').evaluate
}

type Headers =
  | { readonly ok: true; readonly headers: Record<string, string | string[]> }
  | { readonly ok: false; readonly paths: readonly string[]; readonly message: string }

/** R54: one value or several; a template that gives a list gives several. */
function compileHeaders(step: StepOf<'webhook_response'>, slots: Slots): (context: MappingContext) => Headers {
  const names = new Set<string>()
  const compiled = Object.entries(step.headers ?? {}).map(([name, source]) => {
    const values = [source].flat()
    if (names.has(name.toLowerCase()))
      slots.fault(['headers', name], 'invalid_header', `"${name}" stands twice; give its values as a list.`)
    names.add(name.toLowerCase())
    for (const [index, value] of values.entries()) {
      const fault = replyHeaderFault(name, isLiteral(value) ? value : '')
      if (fault !== undefined) slots.fault(Array.isArray(source) ? ['headers', name, index] : ['headers', name], 'invalid_header', fault)
    }
    const path = (index: number) => (Array.isArray(source) ? ['headers', name, index] : ['headers', name])
    return { name, values: values.map((value, index) => slots.value(value, ...path(index))) }
  })
  const literals = Object.entries(step.headers ?? {}).map(([name, source]) => [name, [source].flat().filter(isLiteral)])
  const literalsTooLong = headersFault(Object.fromEntries(literals))
  if (literalsTooLong) {
    const { name, message } = literalsTooLong
    slots.fault(name === undefined ? ['headers'] : ['headers', name], 'invalid_header', message)
  }
  return (context) => {
    const headers: Record<string, string | string[]> = {}
    for (const { name, values } of compiled) {
      const made = values.flatMap((evaluate) => listOf(evaluate(context)).map(trimHeaderValue))
      const fault = made.map((value) => sentReplyHeaderFault(name, value)).find((message) => message !== undefined)
      if (fault !== undefined) return { ok: false, paths: [pathOf(name)], message: fault }
      if (made.length > 0) headers[name] = made.length === 1 ? made[0]! : made
    }
    // What stood in a definition before there was a limit is none of the data's doing.
    const tooLong = literalsTooLong ? undefined : headersFault(headers)
    return tooLong ? { ok: false, paths: [pathOf(tooLong.name)], message: tooLong.message } : { ok: true, headers }
  }
}

function pathOf(name: string | undefined): string {
  return name === undefined ? 'headers' : `headers.${name}`
}

function listOf(value: unknown): string[] {
  if (value === null || value === undefined) return []
  return Array.isArray(value) && !isRawNumber(value) ? value.map(toText) : [toText(value)]
}
