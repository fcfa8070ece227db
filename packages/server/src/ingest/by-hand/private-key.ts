import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import type { SchemeData } from '../schemes/registry.ts'
import type { Unproved } from './unproved.ts'

const titles = { ed25519: 'Ed25519', ec: 'ECDSA', rsa: 'RSA' } as const
type KeyType = keyof typeof titles

/** The key that somebody gives for once, of one of the types. The listener knows only the public one. */
export function privateKeyOf(text: string | undefined, ...types: KeyType[]): KeyObject | Unproved {
  const named = types.map((type) => titles[type]).join(' or ')
  if (text === undefined) {
    const message = `The listener has the public key, and only its sender the private one. Give that as "signKey" (PEM, ${named}): it is used for this once and kept nowhere. Or leave "sign" out to send it unsigned.`
    return { pointer: '/sign', message }
  }
  const key = readKey(text)
  if (key !== undefined && types.some((type) => type === key.asymmetricKeyType)) return key
  return { pointer: '/signKey', message: `This is no private key of ${named} in PEM.` }
}

function readKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

type Keyed = Extract<SchemeData, { kind: 'ed25519' | 'ecdsa' | 'rsa' }>

export function signatureBy(data: Keyed, key: KeyObject, bytes: Buffer): Buffer {
  if (data.kind === 'ed25519') return sign(null, bytes, key)
  if (data.kind === 'rsa') return sign(data.algorithm, bytes, key)
  return sign(data.algorithm, bytes, { key, dsaEncoding: data.format === 'der' ? 'der' : 'ieee-p1363' })
}
