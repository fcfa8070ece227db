import { headerText } from '#domain'
import { onlyHeader } from '../request/headers.ts'
import { readQuery } from '../request/query.ts'
import { NO_PLACES, type HeadScheme } from './scheme.ts'
import { digest, indexOfText } from './timing-safe.ts'
import { failure, type AuthFailureCode, type Verification, type VerifyHead } from './verification.ts'

/** How a caller shows a secret, for the schemes that need no body: api_key, bearer and basic. */
export interface ShownSecret extends Pick<HeadScheme, 'challenge'>, Partial<Pick<HeadScheme, 'secretsAt'>> {
  readonly from: { readonly in: 'header' | 'query'; readonly name: string; readonly label: string }
  /** What is compared, of what the header holds; undefined if it is not of the scheme. */
  readonly read: (value: string) => string | undefined
  readonly codes: { readonly missing: AuthFailureCode; readonly wrong: AuthFailureCode }
}

export const authorization = { in: 'header', name: 'authorization', label: 'The header Authorization' } as const

interface Known {
  readonly digests: readonly Buffer[]
  /** For each digest, what the credential is called in limits and records. */
  readonly credentials: readonly string[]
}

export function compileShown(shown: ShownSecret, secrets: readonly string[]): HeadScheme {
  const digests = secrets.map(digest)
  // The digest of a digest: short enough to be a name, and no help in guessing the secret.
  const known = { digests, credentials: digests.map((own) => digest(own.toString('hex')).toString('hex').slice(0, 16)) }
  const { challenge, secretsAt = NO_PLACES } = shown
  return { reads: 'head', challenge, secretsAt, verify: (head) => verifyShown(shown, known, head) }
}

function verifyShown({ from, read, codes }: ShownSecret, { digests, credentials }: Known, head: VerifyHead): Verification {
  const presented = from.in === 'query' ? onlyParameter(head.query, from.name) : onlyHeader(head.headers, from.name)
  if (presented === 'missing') return failure(codes.missing, `${from.label} is missing.`)
  if (presented === 'repeated') return failure(codes.wrong, `${from.label} is given more than once.`)
  // What stands in a query is decoded already.
  const text = read(from.in === 'query' ? presented.value : headerText(presented.value))
  const index = text === undefined ? -1 : indexOfText(text, digests)
  if (index === -1) return failure(codes.wrong, `${from.label} holds none of the values that are valid here.`)
  return { ok: true, credential: credentials[index]!, signedId: null, secret: index }
}

function onlyParameter(query: string, name: string): { readonly value: string } | 'missing' | 'repeated' {
  const value = readQuery(query)[name]
  if (value === undefined || value === '') return 'missing'
  return typeof value === 'string' ? { value } : 'repeated'
}
