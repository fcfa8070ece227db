import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** What the other end of a connection showed of itself. */
export type ClientCertificate =
  | { readonly kind: 'none' }
  /** No authority that is known here made it, or it is not valid now. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Its common name and its alternative names. */
  | { readonly kind: 'taken'; readonly names: readonly string[]; readonly fingerprint: string }

const NONE: ClientCertificate = { kind: 'none' }

/** One that has ended since the handshake is not taken on a kept connection either. */
export function clientCertificateOf(socket: Socket, now: number): ClientCertificate {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) return NONE
  const { authorized, authorizationError } = socket as TLSSocket
  if (!authorized) return { kind: 'refused', why: String(authorizationError) }
  if (certificate.validToDate.getTime() <= now) return { kind: 'refused', why: 'CERT_HAS_EXPIRED' }
  const { subject, subjectAltName = '' } = certificate
  const common = /^CN=(.+)$/m.exec(subject)?.[1]
  // Node quotes names that hold its own separators; one of those could have been made to look like several.
  const listed = subjectAltName.includes('"') ? [] : subjectAltName.split(', ')
  const others = listed.flatMap((name) => /^(?:DNS|URI|email):(.+)$/.exec(name)?.[1] ?? [])
  return { kind: 'taken', names: common === undefined ? others : [common, ...others], fingerprint: certificate.fingerprint256 }
}
