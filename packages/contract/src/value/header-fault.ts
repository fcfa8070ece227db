import { isHeaderValue } from './header-value.ts'

/** What may be set as a header, in one place for endpoints, steps and replies, when they are saved and when they are sent. */

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/**
 * Whether a header may be called so (RFC 9110, a token).
 *
 * @example isHeaderName('X A') // false
 */
export function isHeaderName(text: string): boolean {
  return NAME.test(text)
}

/** Of the connection and of how bodies are framed: a caller that set them could desynchronise it, or make egress lie about what it reads. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Whether a header is of the connection or of how bodies are framed, so that no configuration can say what stands in it.
 *
 * @example isOfConnection('Content-Length') // true
 */
export function isOfConnection(name: string): boolean {
  return OF_CONNECTION.has(name.toLowerCase())
}

/** Of these a request never says anything, also if an older version let it be saved. The others harm nobody who reads them. */
const NEVER_SENT: ReadonlySet<string> = new Set([...OF_CONNECTION].filter((name) => !name.startsWith('proxy-auth')))

/** Of requests, where receivers trust what stands in them. */
const OF_SIGNING = /^(?:webhook|svix|x-webhook)-/i

/** Of replies: what the profiles send and nothing else, because others say something to a sender with such names (CloudEvents' WebHook-Allowed-Origin). */
const SIGNED = /^(?:(?:webhook|svix)-(?:id|timestamp|signature)|x-webhook-(?:id|event|event-id|timestamp|signature))$/i

/** Of our own safety, and so in replies only: in a request they say nothing, or what its sender may say. */
const OF_SAFETY = ['content-security-policy', 'date', 'x-content-type-options']

/** With the one that names the request, which stands over what a reply says. */
const OF_REPLIES: ReadonlySet<string> = new Set([...OF_SAFETY, 'posthorn-request-id'])

/** Of these a reply never says anything. */
const NEVER_REPLIED: ReadonlySet<string> = new Set(
  [...OF_CONNECTION, ...OF_SAFETY].filter((name) => name !== 'accept-encoding' && name !== 'expect' && name !== 'proxy-authorization'),
)

/**
 * Why a header of a request cannot be saved, as a sentence for whoever configured it; undefined if it can. Never quotes the value, which
 * may be a secret. What is older than a rule is sent all the same (`sentHeaderFault`).
 *
 * @example headerFault('Host', 'a') // 'The header Host is set by the connection itself.'
 */
export function headerFault(name: string, value: string): string | undefined {
  if (OF_SIGNING.test(name)) return `The header ${name} is set by signing. Choose another name.`
  return faultOfAny(name, value)
}

/**
 * The same of a header of a reply. Also asked where the value is only known when a flow runs.
 *
 * @example replyHeaderFault('Date', 'a') // 'The header Date is set by Posthorn itself.'
 */
export function replyHeaderFault(name: string, value: string): string | undefined {
  if (OF_REPLIES.has(name.toLowerCase())) return `The header ${name} is set by Posthorn itself.`
  if (SIGNED.test(name)) return `The header ${name} says that something was signed, which no reply is. Choose another name.`
  return faultOfAny(name, value)
}

function faultOfAny(name: string, value: string): string | undefined {
  if (!isHeaderName(name))
    return `"${name}" is not a header name: it is empty, or has characters other than letters, digits and !#$%&'*+-.^_\`|~.`
  if (isOfConnection(name)) return `The header ${name} is set by the connection itself.`
  // A record cannot hold it, in many languages: it would vanish on the way.
  if (name === '__proto__') return 'A header cannot be called "__proto__". Choose another name.'
  if (!isHeaderValue(value)) return unwritable(name)
  if (/^[\t ]|[\t ]$/.test(value))
    return `The value of the header ${name} begins or ends with white space, which is lost on the way. Leave it out.`
  return undefined
}

/**
 * Why a header of a request cannot even be sent. What an older version let be saved goes on being sent, as long as it harms neither the
 * connection nor the signature: rules that are newer than a header are asked when it is saved (`headerFault`).
 *
 * @example sentHeaderFault('X-Webhook-Token', 'a') // undefined
 */
export function sentHeaderFault(name: string, value: string): string | undefined {
  return faultOfSending(name, value, NEVER_SENT)
}

/**
 * The same of a header of a reply.
 *
 * @example sentReplyHeaderFault('Date', 'today') // 'The header Date is set by Posthorn itself.'
 */
export function sentReplyHeaderFault(name: string, value: string): string | undefined {
  return faultOfSending(name, value, NEVER_REPLIED)
}

function faultOfSending(name: string, value: string, ours: ReadonlySet<string>): string | undefined {
  if (!isHeaderName(name) || name === '__proto__') return faultOfAny(name, '')
  const lower = name.toLowerCase()
  // Another value beside what signing writes would be read in its place.
  if (ours.has(lower) || SIGNED.test(lower)) return `The header ${name} is set by Posthorn itself.`
  return isHeaderValue(value) ? undefined : unwritable(name)
}

function unwritable(name: string): string {
  return `The value of the header ${name} has a line break, a control character or half of a character.`
}

/**
 * A value without the white space at its ends, line breaks included (as the Fetch standard normalises it), where it was made of data, came
 * from a file, or is older than the rule. By hand, because a pattern for the end takes quadratic time on white space within, and senders
 * choose what stands there.
 *
 * @example trimHeaderValue(' a b\r\n') // 'a b'
 */
export function trimHeaderValue(value: string): string {
  let [start, end] = [0, value.length]
  while (start < end && isBlank(value.charCodeAt(start))) start++
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--
  return value.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

/**
 * Why a bearer token can never fit what a receiver compares it with; undefined if it can. `{{ }}` stands for what is not known yet.
 *
 * @example bearerTokenFault('Bearer abc') // 'A bearer token has no white space, ...'
 */
export function bearerTokenFault(source: string): string | undefined {
  if (!/[\s\0-\x1f\x7f]/.test(withoutTemplates(source))) return undefined
  return 'A bearer token has no white space, line break or control character. Give the token alone, without "Bearer" before it.'
}

/** By hand, because a pattern looks for the end of each `{{` anew where there is none. */
function withoutTemplates(source: string): string {
  let known = ''
  for (let from = 0; ;) {
    const open = source.indexOf('{{', from)
    const close = open === -1 ? -1 : source.indexOf('}}', open + 2)
    if (close === -1) return known + source.slice(from)
    known += source.slice(from, open)
    from = close + 2
  }
}
