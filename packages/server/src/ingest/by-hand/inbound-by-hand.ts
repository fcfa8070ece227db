import type { RequestId } from '#domain'
import { decodeBody } from '../body/decode-body.ts'
import { readHeaders } from '../request/headers.ts'
import type { Inbound } from '../request/inbound.ts'

/** A request that comes over no connection: one that somebody pasted, or one that is kept. */
export interface RequestByHand {
  readonly id: RequestId
  /** When it came, or is to be judged as if it had. */
  readonly receivedAt: number
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** Node's flat list: name, value, name, value. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
  readonly address: string
}

/** What examines requests meets it as one that came. `publicUrl`: some systems sign the URL. */
export function inboundByHand({ address, ...request }: RequestByHand, publicUrl: string): Inbound {
  const { body, path, query } = request
  return {
    ...request,
    headers: readHeaders(request.rawHeaders),
    caller: { address, https: true },
    certificate: { kind: 'none' },
    url: `${publicUrl.replace(/\/+$/, '')}${path}${query === '' ? '' : `?${query}`}`,
    body: async () => ({ kind: 'read', body: Buffer.from(body.buffer, body.byteOffset, body.length) }),
    beginning: (bytesMax) => body.subarray(0, bytesMax),
    arriving() {
      throw new Error('What comes by hand is there already.')
    },
    claim: () => true,
    decoded: (of, coding, bytesMax) => decodeBody(of, coding, { bytesMax, claim: () => true }),
    form: null,
    isGone: () => false,
  }
}
