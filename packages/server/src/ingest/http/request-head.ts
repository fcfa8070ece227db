import type { IncomingMessage } from 'node:http'
import type { ErrorCode } from '#domain'

/** What the first lines of a request come to, whichever plane they are for. */
export type HeadReading =
  /** `target` is in origin form: a path and a query. */
  | { readonly kind: 'request'; readonly target: string }
  /** `OPTIONS *` asks about the server as a whole. */
  | { readonly kind: 'server' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly detail?: string }

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i
/** What a host and a port are made of (RFC 3986 3.2.2); so a list, which a proxy makes of two lines, is none. */
const HOST = /^[A-Za-z0-9\-._~%!$&'()*+,;=:[\]]*$/

/**
 * Node's parser takes more than RFC 9112 allows, and whoever stands in front of us may read such a request otherwise: as another
 * host's, or with another end, where the next caller's request begins. So it is refused. A target in absolute form, which every
 * server must take (3.2.2), is read as the origin form that it holds; its host is ignored as `Host` is.
 */
export function readHead({ httpVersion, rawHeaders, url = '', method }: IncomingMessage): HeadReading {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return { kind: 'refused', code: 'http_version_unsupported' }
  const fault = framingFault(rawHeaders, httpVersion)
  if (fault !== undefined) return fault
  if (url.includes('#')) return refused('The request target holds a "#". Write it as %23 where it is part of a name.')
  if (url.startsWith('/')) return { kind: 'request', target: url }
  const absolute = ABSOLUTE.exec(url)
  const rest = absolute?.[2] ?? ''
  if (method === 'OPTIONS' && (url === '*' || (absolute && rest === ''))) return { kind: 'server' }
  if (!absolute || absolute[1] === '') return refused('The request target is neither a path nor the whole of an http or https URL.')
  return { kind: 'request', target: rest.startsWith('/') ? rest : `/${rest}` }
}

/** Names are compared by their length first: this is asked of every header of every request. */
function framingFault(rawHeaders: readonly string[], httpVersion: '1.0' | '1.1'): HeadReading | undefined {
  let hosts = 0
  let codings = 0
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (++hosts > 1) return refused('The header Host stands more than once.')
      if (!HOST.test(rawHeaders[i + 1]!)) return refused('The header Host does not hold one host.')
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (httpVersion === '1.0') return refused('HTTP/1.0 knows no Transfer-Encoding.')
      // Node's parser lets unknown codings pass.
      if (++codings > 1 || rawHeaders[i + 1]!.trim().toLowerCase() !== 'chunked')
        return { kind: 'refused', code: 'transfer_encoding_unknown' }
    }
  }
  return undefined
}

function refused(detail: string): HeadReading {
  return { kind: 'refused', code: 'malformed_request', detail }
}
