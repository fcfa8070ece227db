import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { StartError } from './ground.ts'

/** What is no certificate would be passed over by TLS without a word, and each connection would fail. */
export function readCertificates(file: string, setting: string): string {
  const text = readFileSync(file, 'utf8')
  if (certificatesIn(text) === undefined)
    throw new StartError([`The file ${file} that ${setting} names holds no certificates in PEM form. Name one that does, or leave it out.`])
  return text
}

/** Those of a file in PEM form, in their order; undefined if it holds none, or something else in the place of one. */
export function certificatesIn(text: string): readonly X509Certificate[] | undefined {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  try {
    return found?.map((certificate) => new X509Certificate(certificate))
  } catch {
    return undefined
  }
}
