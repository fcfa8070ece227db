import type { Reply } from '#domain'

/** What a caller is answered when no step says it (decisions.md 20): every end of a run answers. */

export function jsonReply(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), encoding: 'utf8' }
}

/** R103: confirms that the run succeeded. */
export function okReply(runId: string): Reply {
  return jsonReply(200, { ok: true, runId })
}

export function koReply(error: { readonly code: string; readonly message: string; readonly runId: string }): Reply {
  return jsonReply(500, { error })
}

export function cancelledReply(runId: string): Reply {
  return jsonReply(503, { error: { code: 'cancelled', message: 'The run was cancelled.', runId } })
}
