import type { ClientCertificate } from '../http/client-certificate.ts'
import { NO_PLACES, type Scheme } from './scheme.ts'
import { failure, type Verification } from './verification.ts'

/** A certificate of an authority that the server names (`POSTHORN_TLS_CLIENT_CA`), in one of the names, or in any. */
export const mtls: Scheme<{ readonly names: readonly string[] }> = {
  secretsIn: null,
  compile({ names }) {
    const wanted = new Set(names.map((name) => name.toLowerCase()))
    const verify = ({ certificate }: { readonly certificate?: ClientCertificate | undefined }) => judge(certificate, wanted)
    return { ok: true, scheme: { reads: 'head', challenge: undefined, secretsAt: NO_PLACES, verify } }
  },
  unmatchable: () => undefined,
  keptSecret: (secret) => secret,
  asksFor: () => ({}),
}

function judge(shown: ClientCertificate | undefined, wanted: ReadonlySet<string>): Verification {
  if (shown === undefined || shown.kind === 'none')
    return failure('certificate_missing', 'The connection showed no client certificate: it must be made over TLS to this server itself.')
  if (shown.kind === 'refused') return failure('certificate_wrong', `The client certificate is not taken: ${shown.why}.`)
  if (wanted.size > 0 && !shown.names.some((name) => wanted.has(name.toLowerCase())))
    return failure('certificate_wrong', 'The client certificate is in none of the names that are valid here.')
  return { ok: true, credential: shown.fingerprint, signedId: null, secret: null }
}
