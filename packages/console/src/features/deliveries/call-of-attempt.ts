import { type Call, spelt } from '../../lib/call-as.ts'
import type { Attempt } from './queries.ts'

/** The attempt as a call. Signatures are of their moment, so a receiver that checks the time refuses a late copy. */
export function callOfAttempt({ request: { url, headers, body, encoding, truncated } }: Attempt): Call {
  return {
    ...{ method: 'POST', url: spelt(url), headers },
    body: body === null || body === '' ? null : { content: body, isBase64: encoding === 'base64', isCut: truncated },
  }
}
