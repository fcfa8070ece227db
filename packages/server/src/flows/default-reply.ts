import type { Reply } from '#domain'

/** What a caller is answered when no step says it (decisions.md 20): every end of a run answers. */

export function jsonReply(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), encoding: 'utf8' }
}

/** R55: objects, lists, numbers and truth values are JSON; text is text; null is no body. */
export function bodyReply(status: number, body: unknown): Reply {
  if (body === null || body === undefined) return { status, headers: {}, body: null, encoding: 'utf8' }
  if (typeof body === 'string') return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body, encoding: 'utf8' }
  return jsonReply(status, body)
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
