import { contentDisposition, isHeaderValue, limits, type Reply } from '#domain'
import type { FoundEntry } from '../silo/run-silo-job.ts'
import { jsonWithin, TooLargeError } from './json-within.ts'
import { xmlWithin } from './xml-within.ts'

/** What a caller is answered when no step says it (decisions/every-end-answers): every end of a run answers. */

function jsonReply(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), encoding: 'utf8' }
}

/**
 * R55: objects, lists, numbers and truth values are JSON; text is text; null is no body. Throws `TooLargeError` beyond what a step may
 * give (decisions/sizes).
 */
export function bodyReply(status: number, body: unknown): Reply {
  if (body === null || body === undefined) return { status, headers: {}, body: null, encoding: 'utf8' }
  const text = typeof body === 'string' ? body : jsonWithin(body, limits.stepOutputBytesMax)
  if (text === undefined || text.length > limits.stepOutputBytesMax) throw tooLarge()
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  return { status, headers: { 'content-type': type }, body: text, encoding: 'utf8' }
}

const tooLarge = () => new TooLargeError(`The body of the answer is larger than ${limits.stepOutputBytesMax} bytes.`)

type Formatted = { readonly ok: true; readonly reply: Reply } | { readonly ok: false; readonly message: string }

/** The body as its step says it is made; null is no body in any format. Throws `TooLargeError` too. */
export function formattedReply(status: number, body: unknown, format: 'auto' | 'json' | 'text' | 'xml' | 'base64'): Formatted {
  if (body === null || body === undefined || format === 'auto') return { ok: true, reply: bodyReply(status, body) }
  const reply = (type: string, text: string, encoding: Reply['encoding'] = 'utf8'): Formatted => {
    if (Buffer.byteLength(text, encoding) > limits.stepOutputBytesMax) throw tooLarge()
    return { ok: true, reply: { status, headers: { 'content-type': type }, body: text, encoding } }
  }
  if (format === 'xml' && typeof body !== 'string') {
    const made = xmlWithin(body, limits.stepOutputBytesMax)
    if (made === null) throw tooLarge()
    return made.ok ? reply('application/xml', made.text) : made
  }
  if (format === 'base64') {
    if (typeof body !== 'string' || !isBase64(body)) return { ok: false, message: 'The body is not base64.' }
    return reply('application/octet-stream', body.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
  }
  if (format === 'xml') return reply('application/xml', body as string)
  const json = format === 'text' && typeof body === 'string' ? body : jsonWithin(body, limits.stepOutputBytesMax)
  if (json === undefined) throw tooLarge()
  return format === 'text' ? reply('text/plain; charset=utf-8', json) : reply('application/json', json)
}

/** The bytes of an entry, read when the answer leaves. A stranger may have sent it, so what says its type and its name says no more than that. */
export function entryReply(status: number, { contentType, name, ...entry }: FoundEntry): Reply {
  const headers = {
    'content-type': isHeaderValue(contentType) ? contentType : 'application/octet-stream',
    ...(name !== null && { 'content-disposition': contentDisposition(name, `${entry.id}.bin`) }),
  }
  return { status, headers, body: null, encoding: 'utf8', entry }
}

/** In either alphabet, with its padding or without. */
function isBase64(text: string): boolean {
  const bare = text.replace(/={1,2}$/, '')
  return /^[A-Za-z0-9+/_-]*$/.test(bare) && bare.length % 4 !== 1
}

/** A reply with headers over its own, all names in lower case. */
export function withHeaders(reply: Reply, headers: Reply['headers']): Reply {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return lower.length === 0 ? reply : { ...reply, headers: { ...reply.headers, ...Object.fromEntries(lower) } }
}

/** R103: confirms that the run succeeded. */
export function okReply(runId: string): Reply {
  return jsonReply(200, { ok: true, runId })
}

export function koReply(error: { readonly code: string; readonly message: string; readonly runId: string }): Reply {
  return jsonReply(500, { error })
}
