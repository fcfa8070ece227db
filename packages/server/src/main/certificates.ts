import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { StartError } from './ground.ts'

/** What is no certificate would be passed over by TLS without a word, and each delivery would fail. */
export function readCertificates(file: string): string {
  const text = readFileSync(file, 'utf8')
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    if (certificates.length === 0) throw new Error('none')
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch {
    throw new StartError([
      `The file ${file} that POSTHORN_EGRESS_CA names holds no certificates in PEM form. Name one that does, or leave it out.`,
    ])
  }
  return text
}
