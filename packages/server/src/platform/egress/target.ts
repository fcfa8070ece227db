import { isIP } from 'node:net'
import type { Vetting } from './egress.ts'

/** Where a request goes, read once from its URL. */
export interface Target {
  /** Scheme, host and port: what a connection can be reused for. */
  readonly origin: string
  readonly secure: boolean
  /** A name, or an address without brackets. */
  readonly hostname: string
  readonly port: number
  /** Path and query, as they go on the wire. */
  readonly path: string
  /** The host is an address already, so there is nothing to resolve. */
  readonly literal: boolean
  /** Basic authorization from the URL's userinfo. */
  readonly authorization?: string
}

const URL_LENGTH_MAX = 8192

/**
 * Ports of protocols that a request could be smuggled into: the list of the WHATWG fetch standard, and Redis and memcached, which
 * take commands line by line.
 */
// oxfmt-ignore
const refusedPorts = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119,
  123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
  993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 11211,
])

export type TargetRead = { ok: true; target: Target } | Extract<Vetting, { ok: false }>

/** Thousands of calls go to the same few URLs, and reading one takes longer than finding it. */
const REMEMBERED_MAX = 500

/** `readTarget` that remembers the last URLs that could be read. */
export function createTargetReader(allowHttp: boolean): (text: string) => TargetRead {
  const remembered = new Map<string, TargetRead>()
  return (text) => {
    const known = remembered.get(text)
    if (known !== undefined) return known
    const read = readTarget(text, allowHttp)
    if (read.ok) {
      if (remembered.size >= REMEMBERED_MAX) remembered.delete(remembered.keys().next().value!)
      remembered.set(text, read)
    }
    return read
  }
}

/** Reads a URL as the WHATWG standard does, so that every spelling of an address arrives as the one that will be connected to. */
export function readTarget(text: string, allowHttp: boolean): TargetRead {
  if (text.length > URL_LENGTH_MAX) return refused('bad_url', `The URL is longer than ${URL_LENGTH_MAX} characters.`)
  const url = URL.parse(text)
  if (url === null) return refused('bad_url', 'The URL is not an absolute URL with a valid host.')
  const secure = url.protocol === 'https:'
  if (!secure && url.protocol !== 'http:') return refused('scheme_refused', 'Only https URLs can be called.')
  if (!secure && !allowHttp) return refused('scheme_refused', 'Only https URLs can be called; http is not allowed on this installation.')
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  if (port === 0 || refusedPorts.has(port)) return refused('port_refused', `Port ${port} is not a port for HTTP.`)
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  const target = { origin: url.origin, secure, hostname, port, path: url.pathname + url.search, literal: isIP(hostname) !== 0 }
  if (url.username === '' && url.password === '') return { ok: true, target }
  const authorization = basicAuthorization(url.username, url.password)
  if (authorization === undefined) return refused('bad_url', 'The user name or password in the URL is not valid percent-encoding.')
  return { ok: true, target: { ...target, authorization } }
}

/** `localhost` and the names below it mean this machine wherever they are resolved (RFC 6761). */
export function isLocalhost(hostname: string): boolean {
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  return name === 'localhost' || name.endsWith('.localhost')
}

/** The value of an Authorization header for percent-encoded credentials; undefined if they cannot be decoded. */
function basicAuthorization(username: string, password: string): string | undefined {
  try {
    return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
  } catch {
    return undefined
  }
}

function refused(code: Extract<Vetting, { ok: false }>['code'], reason: string) {
  return { ok: false, code, reason } as const
}
