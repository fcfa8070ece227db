import { readBodyPath, textWithin, type BodyPath } from '../../request/value-path.ts'
import { NO_PLACES, type BodyScheme, type Scheme } from '../scheme.ts'
import { unsignable } from '../secret-text.ts'
import { BodyFields, FIELDS_BYTES_MAX } from '../signed/body-fields.ts'
import { digest, indexOfText } from '../timing-safe.ts'
import { failure, passedBy, type Verification, type VerifyRequest } from '../verification.ts'

export interface TokenOptions {
  /** `body.secret`; or `body.value[*].clientState`, where each item of a list must show it. */
  readonly field: string
}

/** A secret that the sender writes into the body. It proves who sent it, and says nothing of the rest. */
export const token: Scheme<TokenOptions> = {
  secretsIn: 'tokens',
  compile({ field }, tokens) {
    const [list, within] = field.split('[*]') as [string, string | undefined]
    const places = { list: readBodyPath(list), within: within === undefined ? null : readBodyPath(`item${within}`) }
    const digests = tokens.map(({ text }) => digest(text))
    const scheme: BodyScheme = {
      reads: 'body',
      challenge: undefined,
      secretsAt: NO_PLACES,
      verify: (request) => verifyTokens({ ...places, digests, field }, request),
      verifyInTurns: null,
    }
    return { ok: true, scheme }
  },
  unmatchable: unsignable,
  keptSecret: (secret) => secret,
  asksFor: () => ({}),
}

interface Prepared {
  readonly list: BodyPath
  readonly within: BodyPath | null
  readonly digests: readonly Buffer[]
  readonly field: string
}

function verifyTokens({ list, within, digests, field }: Prepared, request: VerifyRequest): Verification {
  const fields = new BodyFields(request)
  const items = within === null ? [] : (fields.items(list) ?? [])
  const shown = within === null ? [fields.text(list)] : items.map((item) => textWithin(item, within))
  if (shown.length === 0 || shown.some((one) => one === undefined || one === '')) {
    const why =
      request.body.length > FIELDS_BYTES_MAX ? ` The body is larger than the ${FIELDS_BYTES_MAX} bytes in which it is looked for.` : ''
    return failure('token_missing', `The field ${field} is missing.${why}`)
  }
  const found = shown.map((one) => indexOfText(one!, digests))
  return found.includes(-1)
    ? failure('token_wrong', `The field ${field} holds none of the values that are valid here.`)
    : passedBy(found[0]!)
}
