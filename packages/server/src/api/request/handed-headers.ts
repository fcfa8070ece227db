import { headerWire } from '#domain'

/** A header's name and one value of it, as it goes over a connection. */
export type HeaderPair = readonly [name: string, value: string]

/** Headers as people hand them in. */
export function handedPairs(headers: Readonly<Record<string, string | readonly string[]>>): HeaderPair[] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, headerWire(one)] as const))
}

/** Node's flat list of them, with the length of a body that is here: what they say of how one travelled holds no more. */
export function framed(headers: readonly HeaderPair[], body: Uint8Array): string[] {
  const kept = headers.filter(([name]) => !/^(?:content-length|transfer-encoding)$/i.test(name))
  return [...kept, ['content-length', String(body.length)] as const].flat()
}
