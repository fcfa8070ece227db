import { type Call, spelt } from '../../lib/call-as.ts'
import type { RequestDetail } from './queries.ts'

/** The request as a call. Where the server is, only its caller knows: an address of a proxy, or of a tunnel. */
export function callOfRequest({ method, path, query, headers, body }: RequestDetail): Call {
  return {
    ...{ method, url: [{ name: 'POSTHORN_URL' }, ...spelt(`${path}${query === '' ? '' : `?${query}`}`)], headers },
    body:
      body === null || body.content === '' ? null : { content: body.content, isBase64: body.encoding === 'base64', isCut: body.truncated },
  }
}
