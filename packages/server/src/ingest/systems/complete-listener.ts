import { limits, type Listener } from '#domain'
import { systemOf } from './registry.ts'
import { waitMsMax, type System } from './system.ts'

export interface CompletedListener {
  readonly listener: Listener
  /** Sentences for whoever saved it; nothing in them prevents saving. */
  readonly warnings: readonly string[]
}

/** What a listener becomes when it is saved: the system's acknowledgement fills the reply that its owner left open. */
export function completeListener(listener: Listener, system = systemOf(listener.system)): CompletedListener {
  const { acknowledgement, title } = system
  const statuses = acknowledgement?.statuses
  const warnings: string[] = []
  if (listener.auth.kind === 'none') warnings.push('Without authentication, anybody who learns the URL can send requests.')
  if (readsData(listener.reply))
    warnings.push(
      'What a listener answers by itself is sent as it is written, {{ }} too. Let a webhook_response of a flow answer with data.',
    )
  const { status, timeoutMs } = listener.reply
  if (acknowledgement !== null && status !== undefined && !(statuses?.includes(status) ?? (status >= 200 && status <= 299))) {
    warnings.push(`${title} takes any answer but ${statuses?.join(', ') ?? '2xx'} for a failure and sends again.`)
  }
  if (acknowledgement !== null && timeoutMs !== undefined && timeoutMs > waitMsMax(system)) {
    warnings.push(`${title} waits for ${acknowledgement.deadlineMs / 1000} seconds at most, so the answer is sent before that.`)
  }
  const reply = {
    ...listener.reply,
    status: status ?? acknowledgement?.status ?? 202,
    timeoutMs: timeoutMs ?? Math.min(limits.replyTimeoutMs, waitMsMax(system)),
    onTimeout: listener.reply.onTimeout ?? acknowledgement?.status ?? 202,
    body: listener.reply.body ?? acknowledgement?.body ?? null,
  }
  const bodyFormat = listener.bodyFormat === 'auto' ? system.bodyFormat : listener.bodyFormat
  return { listener: { ...listener, methods: methodsWith(system, listener.methods), bodyFormat, reply }, warnings }
}

/** Whether an answer looks as if somebody expected data in it, in its body or its headers. */
function readsData({ headers, body, error }: Listener['reply']): boolean {
  return JSON.stringify({ headers, body, error }).includes('{{')
}

/** What its system asks with is taken too, or the listener could not be made known to it. */
function methodsWith({ handshakes }: System, methods: Listener['methods']): Listener['methods'] {
  return [...new Set([...methods, ...handshakes.flatMap(({ when }) => when.method ?? [])])]
}
