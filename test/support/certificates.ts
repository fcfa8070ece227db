import { generate } from 'selfsigned'

/** A certificate with its key, in PEM form. */
export interface Pems {
  readonly cert: string
  readonly private: string
}

const shared = { keyType: 'ec', algorithm: 'sha256' } as const

/** Signs certificates. */
export function makeAuthority(name = 'Test authority'): Promise<Pems> {
  return generate([{ name: 'commonName', value: name }], {
    ...shared,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
}

interface Issuing {
  readonly name?: string
  readonly from?: Date
  readonly to?: Date
  /** Absent: for any. */
  readonly use?: 'serverAuth' | 'clientAuth'
}

/** One for `localhost`, unless it is told other names. */
export function issue({ cert, private: key }: Pems, { name = 'localhost', from, to, use }: Issuing = {}): Promise<Pems> {
  return generate([{ name: 'commonName', value: name }], {
    ...shared,
    ca: { cert, key },
    // A clock that a test began just before may stand in the second before this one.
    notBeforeDate: from ?? new Date(Date.now() - 60_000),
    ...(to && { notAfterDate: to }),
    extensions: [
      ...(use ? [{ name: 'extKeyUsage' as const, [use]: true }] : []),
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: name },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
}
