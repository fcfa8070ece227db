import type { KeyObject } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import { readOptions, type Claim, type ReadOptions } from './claim.ts'
import { asksForPlace, compileKeyed } from './compile-signed.ts'
import type { Digest, SignedOptions } from './options.ts'
import { readPublicKey, type PublicKeyEncoding } from './public-key.ts'
import { isSignedBy, type Signing } from './is-signed-by.ts'
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
export const ed25519 = schemeWith<KeyedOptions>('ed25519', 'Ed25519', () => ({ algorithm: null }))

export const ecdsa = schemeWith<EcdsaOptions>('ec', 'ECDSA', ({ algorithm, format }) => ({
  algorithm,
  dsaEncoding: format === 'der' ? 'der' : 'ieee-p1363',
}))

export const rsa = schemeWith<RsaOptions>('rsa', 'RSA', ({ algorithm }) => ({ algorithm }))

/** Whether one of the claim's signatures fits. What was signed is put together once for all of them. */
export async function fitsKey(signing: Signing, claim: Claim, options: ReadOptions): Promise<boolean> {
  const signatures = bytesOf(claim, options)
  if (signatures.length === 0) return false
  const signed = signedOf(claim, options)
  for (const signature of signatures) if (await isSignedBy(signing, signed, signature)) return true
  return false
}

/** A body that is all that was signed is not copied. */
function signedOf({ source }: Claim, { parts }: ReadOptions): Uint8Array {
  const pieces = parts.map((part) => signedBytes(part, source)).map((one) => (typeof one === 'string' ? Buffer.from(one) : one))
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
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
  signingOf: (options: Options) => Omit<Signing, 'key'>,
): Scheme<Options> {
  return {
    secretsIn: 'keys',
    compile(options, secrets, { settings }) {
      const keys = secrets.map(({ text }) => readPublicKey(text, options.keyEncoding, type))
      const message = `This is no public key of ${title}.`
      const faults = secrets.flatMap(({ pointer }, i) => (keys[i] === undefined ? [{ pointer, message, code: 'invalid' }] : []))
      if (faults.length > 0) return { ok: false, faults }
      const read = readOptions(options, settings)
      const signing = signingOf(options)
      const fits = (key: KeyObject, claim: Claim) => fitsKey({ ...signing, key }, claim, read)
      return {
        ok: true,
        scheme: compileKeyed({ options: read, keys: keys.flatMap((key) => key ?? []), word: 'key', fits }, options.header),
      }
    },
    unmatchable: () => undefined,
    keptSecret: (key) => key,
    asksFor: asksForPlace,
  }
}
