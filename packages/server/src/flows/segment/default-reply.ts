import { limits, type Reply } from '#domain'
import { jsonWithin, TooLargeError } from './json-within.ts'

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
  if (text === undefined || text.length > limits.stepOutputBytesMax)
    throw new TooLargeError(`The body of the answer is larger than ${limits.stepOutputBytesMax} bytes.`)
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  return { status, headers: { 'content-type': type }, body: text, encoding: 'utf8' }
}

/** A reply with headers over its own, all names in lower case. */
export function withHeaders(reply: Reply, headers: Reply['headers']): Reply {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return { ...reply, headers: { ...reply.headers, ...Object.fromEntries(lower) } }
}

/** R103: confirms that the run succeeded. */
export function okReply(runId: string): Reply {
  return jsonReply(200, { ok: true, runId })
}

export function koReply(error: { readonly code: string; readonly message: string; readonly runId: string }): Reply {
  return jsonReply(500, { error })
}
