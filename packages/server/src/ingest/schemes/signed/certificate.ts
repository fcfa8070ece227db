import { NO_PLACES, type CompileContext, type RemoteScheme, type Scheme } from '../scheme.ts'
import { sameText } from '../timing-safe.ts'
import { CHANGED_ON_ITS_WAY, PASSED, failure, mismatched, type Verification, type VerifyRequest } from '../verification.ts'
import { fitsKey } from './asymmetric.ts'
import type { BodyFields } from './body-fields.ts'
import { readClaims, readOptions, type ReadOptions } from './claim.ts'
import { asksForPlace } from './compile-signed.ts'
import type { Digest, Place, SignedOptions } from './options.ts'
import { onlyAt, readPlace, type ReadPlace } from './place.ts'

/** The sender names the certificate that it signed with. */
export interface CertificateOptions extends SignedOptions {
  readonly certificate: Place & {
    /** Regular expressions that the whole host and the whole path must fit: everything else is never fetched. */
    readonly host: string
    readonly path: string
  }
  /** Where the sender says which digest it signed with, and what it calls those that are taken. */
  readonly digestBy: Place & { readonly names: Readonly<Record<string, Digest>> }
  /** The sender signs for all its customers with one key, so what must stand in a request of this listener is a setting. */
  readonly expects?: (Place & { readonly setting: string }) | undefined
}

interface Prepared {
  readonly options: ReadOptions
  readonly certificate: ReadPlace
  readonly isAllowed: (url: URL) => boolean
  readonly digest: ReadPlace
  readonly digests: Readonly<Record<string, Digest>>
  /** Whether what is signed holds something that the owner of the listener says. */
  readonly signsSetting: boolean
  readonly expects: { readonly place: ReadPlace; readonly value: string } | null
  readonly keys: CompileContext['keys']
}

/** RSA with the certificate that a request names, if it stands where certificates of its sender stand. */
export const certificate: Scheme<CertificateOptions> = {
  secretsIn: null,
  compile(data, _secrets, { settings = {}, keys }) {
    const [host, path] = [new RegExp(`^(?:${data.certificate.host})$`), new RegExp(`^(?:${data.certificate.path})$`)]
    const { expects } = data
    const prepared: Prepared = {
      options: readOptions(data, settings),
      certificate: readPlace(data.certificate),
      isAllowed: (url) => isPlain(url) && host.test(url.hostname) && path.test(url.pathname),
      digest: readPlace(data.digestBy),
      digests: data.digestBy.names,
      signsSetting: data.signedString.includes('{setting:'),
      expects: expects === undefined ? null : { place: readPlace(expects), value: settings[expects.setting] ?? '' },
      keys,
    }
    const scheme: RemoteScheme = {
      reads: 'body_and_keys',
      challenge: 'Signature realm="listener"',
      secretsAt: NO_PLACES,
      verify: (request) => verifyWith(prepared, request),
    }
    return { ok: true, scheme }
  },
  unmatchable: () => undefined,
  keptSecret: (secret) => secret,
  asksFor: asksForPlace,
}

/** Nothing that leads elsewhere than the host and the path say. */
function isPlain({ protocol, port, username, password, search, hash }: URL): boolean {
  return protocol === 'https:' && port === '' && username === '' && password === '' && search === '' && hash === ''
}

async function verifyWith(prepared: Prepared, request: VerifyRequest): Promise<Verification> {
  const claims = readClaims(prepared.options, request)
  if (!claims.ok) return claims
  const [claim] = claims.all
  const { fields } = claim!.source
  const named = onlyAt(prepared.certificate, request, fields)
  if (typeof named === 'string')
    return failure('signature_missing', `${prepared.certificate.label} is ${named === 'missing' ? 'missing' : 'given more than once'}.`)
  const url = URL.parse(named.value)
  if (url === null || !prepared.isAllowed(url))
    return failure('signature_malformed', `${prepared.certificate.label} names no certificate of this system.`)
  const digest = onlyAt(prepared.digest, request, fields)
  const algorithm =
    typeof digest === 'string' || !Object.hasOwn(prepared.digests, digest.value) ? undefined : prepared.digests[digest.value]
  if (algorithm === undefined) return failure('signature_malformed', `${prepared.digest.label} names no digest that is taken here.`)

  const certified = await prepared.keys?.certificate(url.href)
  if (certified === undefined) return failure('verification_unavailable', `The certificate ${url.href} cannot be had at the moment.`)
  const nowMs = request.nowSeconds * 1000
  if (nowMs < certified.validFrom || nowMs > certified.validTo)
    return failure('signature_mismatch', `The certificate ${url.href} is not valid now.`)
  const key = certified.key
  const fits = key.asymmetricKeyType === 'rsa' && (await fitsKey({ algorithm, key }, claim!, prepared.options))
  if (!fits)
    return mismatched('The signature does not fit the body and the certificate.', [
      prepared.signsSetting
        ? 'the setting of the listener that is signed with it is that of another webhook'
        : 'the request was not made by this system, or not with this certificate',
      CHANGED_ON_ITS_WAY,
      'the sender signs in another way (a test event without a real signature, another version of the signature)',
    ])
  return judgeExpected(prepared, request, fields)
}

function judgeExpected({ expects }: Prepared, request: VerifyRequest, fields: BodyFields): Verification {
  if (expects === null) return PASSED
  const found = onlyAt(expects.place, request, fields)
  if (typeof found === 'object' && sameText(found.value, expects.value)) return PASSED
  return failure(
    'signature_mismatch',
    `${expects.place.label} is not what the setting of this listener says: the setting is that of another, or the request was sent for somebody else.`,
  )
}
