import type { System } from '#ingest'
import { SigningTime, type Signer } from './signers/signer.ts'

/** A request as it goes on the wire. */
export interface SentRequest {
  readonly path: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

export interface SignedRequest extends SentRequest {
  /** The headers that came of signing. */
  readonly added: readonly string[]
  /** Whether the time of signing is part of it. */
  readonly isTimed: boolean
}

/** The public URL of the harness. */
const PUBLIC_URL = 'https://hooks.example'

interface SigningOptions {
  readonly at?: number
  readonly wrongUnit?: boolean
  readonly secret?: string
  readonly path?: string
  readonly body?: Buffer
}

/** The example of a system, signed as its sender signs. */
export async function signedExample(system: System, signer: Signer, options: SigningOptions = {}): Promise<SignedRequest> {
  const { at = Date.now(), wrongUnit = false, path = `/in/default/${system.name}`, secret = signer.auth.secrets[0] ?? '' } = options
  const time = new SigningTime(at, { wrongUnit })
  const { privateKey } = signer
  const body = options.body ?? exampleBody(system)
  const signed = await signer.sign({ secret, privateKey, body, url: PUBLIC_URL + path, time })
  const added = Object.entries(signed.headers ?? {})
  const names = added.map(([name]) => name.toLowerCase())
  const own = Object.entries(system.example.headers).filter(([name]) => !names.includes(name.toLowerCase()))
  return {
    path,
    method: system.example.method,
    headers: [...own, ...added],
    body: signed.body ?? body,
    added: added.map(([name]) => name),
    isTimed: time.wasAsked,
  }
}

function exampleBody({ example: { body } }: System): Buffer {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Its bytes. Header values are written in Latin-1, so that a flipped bit arrives as it is. */
export function wire({ method, path, headers, body }: SentRequest): Buffer {
  const lines = [['Host', 'localhost'], ['Content-Length', String(body.length)], ...headers].map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), body])
}

export function withHeaders(
  request: SentRequest,
  change: (header: readonly [string, string]) => readonly (readonly [string, string])[],
): SentRequest {
  return { ...request, headers: request.headers.flatMap((header) => change(header)) }
}

export function withFlippedBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[bit >> 3]! ^= 1 << (bit & 7)
  return flipped
}
