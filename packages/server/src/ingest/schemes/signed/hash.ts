import { createHash } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import { unsignable } from '../secret-text.ts'
import { sameText } from '../timing-safe.ts'
import { readOptions, type Claim, type ReadOptions } from './claim.ts'
import { asksForPlace, compileShared } from './compile-signed.ts'
import type { Digest, SignedOptions } from './options.ts'
import { signedBytes } from './signed-string.ts'

export interface HashOptions extends SignedOptions {
  readonly algorithm: Digest
}

/** A plain digest of the request with the secret somewhere within: what some senders do in the place of an HMAC. */
export const hash: Scheme<HashOptions> = {
  secretsIn: 'secrets',
  compile(options, secrets, { settings }) {
    const read = readOptions(options, settings)
    const fits = (secret: string, claim: Claim) => fitsSecret(read, options.algorithm, { secret, claim })
    const fitting = { options: read, keys: secrets.map(({ text }) => text), word: 'secret', fits } as const
    return { ok: true, scheme: compileShared(fitting, options.header) }
  },
  unmatchable: unsignable,
  keptSecret: (secret) => secret,
  asksFor: asksForPlace,
}

function fitsSecret({ encoding, parts }: ReadOptions, algorithm: Digest, { secret, claim }: { secret: string; claim: Claim }): boolean {
  const digest = createHash(algorithm)
  for (const part of parts) digest.update(part.kind === 'secret' ? secret : signedBytes(part, claim.source))
  const expected = digest.digest(encoding)
  let matched = false
  for (const one of claim.signatures) if (sameText(one, expected)) matched = true
  return matched
}
