import { limits, type Listener } from '#domain'
import { systemOf } from './registry.ts'
import { waitMsMax } from './system.ts'

export interface CompletedListener {
  readonly listener: Listener
  /** Sentences for whoever saved it; nothing in them prevents saving. */
  readonly warnings: readonly string[]
}

/** What a listener becomes when it is saved: the system's acknowledgement fills the reply that its owner left open. */
export function completeListener(listener: Listener): CompletedListener {
  const system = systemOf(listener.system)
  const { acknowledgement, title } = system
  const warnings: string[] = []
  if (listener.auth.kind === 'none') warnings.push('Without authentication, anybody who learns the URL can send requests.')
  const { status, timeoutMs } = listener.reply
  if (acknowledgement !== null && status !== undefined && (status < 200 || status > 299)) {
    warnings.push(`${title} takes any answer but 2xx for a failure and sends again.`)
  }
  if (acknowledgement !== null && timeoutMs !== undefined && timeoutMs > waitMsMax(system)) {
    warnings.push(`${title} waits for ${acknowledgement.deadlineMs / 1000} seconds at most, so the answer is sent before that.`)
  }
  const reply = {
    ...listener.reply,
    status: status ?? acknowledgement?.status ?? 202,
    timeoutMs: timeoutMs ?? Math.min(limits.replyTimeoutMs, waitMsMax(system)),
    onTimeout: listener.reply.onTimeout ?? 202,
  }
  return { listener: { ...listener, reply }, warnings }
}
