import { isoText } from './iso-text.ts'

/** Statuses whose answers have no body by definition. */
export const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304])

/** What a caller of a listener or a job is answered: the JSON kept in `run.reply` and handed to whoever waits. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Null for no body. Binary bodies are base64, as `encoding` says. */
  readonly body: string | null
  readonly encoding: 'utf8' | 'base64'
  /** Whose bytes are the body in place of `body`, which is null then. They are read when the answer leaves. */
  readonly entry?: ReplyEntry
}

export interface ReplyEntry {
  readonly id: string
  /** Of the silo; null: a file, which never changes. */
  readonly version: number | null
  readonly size: number
}

/** As a run keeps it: with the moment at which it was made, in ISO 8601; older releases kept none. */
export type KeptReply = Reply & { readonly at?: string }

export function keptReply(reply: Reply, at: number): string {
  const { status, headers, body, encoding, entry } = reply
  return JSON.stringify({ status, headers, body, encoding, entry, at: isoText(at) })
}

export function replyBytes(reply: Reply): Uint8Array {
  return Buffer.from(reply.body ?? '', reply.encoding)
}
