import { createVerify, verify, type KeyObject } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import { readOptions, type Claim, type ReadOptions } from './claim.ts'
import { asksForPlace, compileSigned } from './compile-signed.ts'
import type { Digest, SignedOptions } from './options.ts'
import { readPublicKey, type PublicKeyEncoding } from './public-key.ts'
import { signedBytes } from './signed-string.ts'

interface KeyedOptions extends SignedOptions {
  readonly keyEncoding: PublicKeyEncoding
}

export interface RsaOptions extends KeyedOptions {
  readonly algorithm: Digest
}

export interface EcdsaOptions extends RsaOptions {
  /** How the two numbers of a signature are written: as ASN.1, or side by side. */
  readonly format: 'der' | 'p1363'
}

/** The sender signs with a private key, and the listener has the public one. */
export const ed25519 = schemeWith<KeyedOptions>('ed25519', 'Ed25519', () => (key, claim, options) => {
  const message = Buffer.concat(options.parts.map((part) => Buffer.from(signedBytes(part, claim.source))))
  return bytesOf(claim, options).some((one) => verify(null, message, key, one))
})

export const ecdsa = schemeWith<EcdsaOptions>('ec', 'ECDSA', ({ algorithm, format }) => {
  const dsaEncoding = format === 'der' ? 'der' : 'ieee-p1363'
  return (key, claim, options) => verifyDigest({ algorithm, key: { key, dsaEncoding } }, claim, options)
})

export const rsa = schemeWith<RsaOptions>(
  'rsa',
  'RSA',
  ({ algorithm }) =>
    (key, claim, options) =>
      verifyDigest({ algorithm, key }, claim, options),
)

type Check = (key: KeyObject, claim: Claim, options: ReadOptions) => boolean

/** Whether one of the signatures fits, with what was signed read once for each. */
export function verifyDigest(
  { algorithm, key }: { readonly algorithm: Digest; readonly key: Parameters<ReturnType<typeof createVerify>['verify']>[0] },
  claim: Claim,
  options: ReadOptions,
): boolean {
  return bytesOf(claim, options).some((one) => {
    const check = createVerify(algorithm)
    for (const part of options.parts) check.update(signedBytes(part, claim.source))
    return check.verify(key, one)
  })
}

/** Of base64 whose last digit sets bits that are not used there are several spellings for the same bytes: none of them is a signature. */
function bytesOf({ signatures }: Claim, { encoding }: ReadOptions): Buffer[] {
  return signatures.flatMap((one) => {
    const bytes = Buffer.from(one, encoding)
    return bytes.toString(encoding) === one ? [bytes] : []
  })
}

function schemeWith<Options extends KeyedOptions>(
  type: 'ed25519' | 'ec' | 'rsa',
  title: string,
  checkOf: (options: Options) => Check,
): Scheme<Options> {
  return {
    secretsIn: 'keys',
    compile(options, secrets, { settings }) {
      const keys = secrets.map(({ text }) => readPublicKey(text, options.keyEncoding, type))
      const message = `This is no public key of ${title}.`
      const faults = secrets.flatMap(({ pointer }, i) => (keys[i] === undefined ? [{ pointer, message, code: 'invalid' }] : []))
      if (faults.length > 0) return { ok: false, faults }
      const read = readOptions(options, settings)
      const check = checkOf(options)
      const fits = (key: KeyObject, claim: Claim) => check(key, claim, read)
      return {
        ok: true,
        scheme: compileSigned({ options: read, keys: keys.flatMap((key) => key ?? []), word: 'key', fits, isSlow: true }, options.header),
      }
    },
    unmatchable: () => undefined,
    keptSecret: (key) => key,
    asksFor: asksForPlace,
  }
}
