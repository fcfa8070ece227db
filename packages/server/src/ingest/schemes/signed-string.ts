import type { VerifyRequest } from './verification.ts'

/** A piece of what was signed: text as it is, the body's bytes, or a value of the request. */
export type SignedPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body' | 'timestamp' | 'method' | 'url' | 'path' }

/** Reads `{timestamp}.{body}`; the contract has refused unknown names, so what is left in braces is literal text. */
export function readSignedString(text: string): readonly SignedPart[] {
  return text
    .split(/(\{(?:body|timestamp|method|url|path|header:[^{}]+)\})/)
    .filter((piece) => piece !== '')
    .map((piece): SignedPart => {
      const name = piece.startsWith('{') && piece.endsWith('}') ? piece.slice(1, -1) : undefined
      if (name?.startsWith('header:')) return { kind: 'header', name: name.slice('header:'.length).toLowerCase() }
      if (name === 'body' || name === 'timestamp' || name === 'method' || name === 'url' || name === 'path') return { kind: name }
      return { kind: 'literal', text: piece }
    })
}

/** What a piece is in this request. */
export function signedBytes(part: SignedPart, request: VerifyRequest, timestamp: string): string | Uint8Array {
  switch (part.kind) {
    case 'literal':
      return part.text
    case 'body':
      return request.body
    case 'timestamp':
      return timestamp
    case 'header':
      // Its bytes, whatever they mean.
      return Buffer.from(request.headers[part.name]?.join(', ') ?? '', 'latin1')
    case 'method':
    case 'url':
    case 'path':
      return request[part.kind]
  }
}
