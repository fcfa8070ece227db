import { isHeaderValue } from '@posthorn/contract'

/** What header names and values may be on the way out; the contract says it for replies. */

const nameToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Hop-by-hop and framing headers belong to the connection; one of ours there would smuggle requests. */
const ofTheConnection = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
])

/** Why this name may not stand in an outbound request; undefined if it may (R11). */
export function outboundHeaderFault(name: string): string | undefined {
  const lower = name.toLowerCase()
  if (!nameToken.test(name)) return 'this is not a header name'
  if (ofTheConnection.has(lower)) return `"${name}" belongs to the connection and cannot be set`
  if (/^(webhook|svix|x-webhook)-/.test(lower)) return `"${name}" is written by Posthorn, so that receivers can trust it`
  return undefined
}

/** Why this cannot be a header's value; undefined if it can. Never quotes the value, which may be a secret. */
export function headerValueFault(value: string): string | undefined {
  if (!isHeaderValue(value)) return 'a header value must not have line breaks, control characters or halves of characters'
  return undefined
}

/** R11: another content type only if it is JSON too, because the body is. */
export function isJsonContentType(value: string): boolean {
  return /^application\/([a-z0-9.!#$&^_-]+\+)?json\s*(;|$)/i.test(value.trim())
}
