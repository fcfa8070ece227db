import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { readQuery } from '../../request/query.ts'
import { readBodyPath, textWithin, type BodyPath } from '../../request/value-path.ts'
import type { VerifyRequest } from '../verification.ts'
import type { BodyFields } from './body-fields.ts'
import { decodedUri, sortedForm } from './spellings.ts'

type Plain = 'body' | 'body:sha256' | 'body:crc32' | 'body_or_query' | 'form' | 'timestamp' | 'method' | 'url' | 'uri' | 'path' | 'secret'

/** A piece of what was signed: text as it is, the body's bytes, or a value of the request. */
export type SignedPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'header' | 'query'; readonly name: string }
  | { readonly kind: 'field' | 'item'; readonly path: BodyPath }
  | { readonly kind: 'lines'; readonly names: readonly string[] }
  | { readonly kind: Plain }

/** What the pieces are taken from. */
export interface SignedSource {
  readonly request: VerifyRequest
  readonly fields: BodyFields
  readonly timestamp: string
  /** The part of the body that is signed on its own. */
  readonly item: unknown
}

const PLAIN: ReadonlySet<string> = new Set<Plain>([
  ...(['body', 'body:sha256', 'body:crc32', 'body_or_query', 'form', 'timestamp', 'method', 'url', 'uri', 'path', 'secret'] as const),
])

/** Reads `{timestamp}.{body}`; who wrote it was refused unknown names, so what is left in braces is literal text. */
export function readSignedString(text: string, settings: Readonly<Record<string, string>> = {}): readonly SignedPart[] {
  return text
    .split(/(\{[^{}]+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^\{[^{}]+\}$/.test(piece) ? readToken(piece, settings) : { kind: 'literal', text: piece }))
}

function readToken(piece: string, settings: Readonly<Record<string, string>>): SignedPart {
  const name = piece.slice(1, -1)
  if (PLAIN.has(name)) return { kind: name as Plain }
  const colon = name.indexOf(':')
  const [kind, rest] = [name.slice(0, colon), name.slice(colon + 1)]
  if (kind === 'header') return { kind, name: rest.toLowerCase() }
  if (kind === 'query') return { kind, name: rest }
  if (kind === 'field') return { kind: rest.startsWith('item.') ? 'item' : kind, path: readBodyPath(rest) }
  if (kind === 'lines') return { kind, names: rest.split(',') }
  if (kind === 'setting') return { kind: 'literal', text: settings[rest] ?? '' }
  return { kind: 'literal', text: piece }
}

/** What a piece is in this request. A value that is not there is no text. */
export function signedBytes(part: SignedPart, { request, fields, timestamp, item }: SignedSource): string | Uint8Array {
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
    case 'query':
      return [readQuery(request.query)[part.name] ?? ''].flat().join(',')
    case 'field':
      return fields.text(part.path) ?? ''
    case 'item':
      return textWithin(item, part.path) ?? ''
    case 'lines':
      return linesOf(part.names, fields)
    default:
      return plainBytes(part.kind, request, fields)
  }
}

function plainBytes(kind: Exclude<Plain, 'body' | 'timestamp'>, request: VerifyRequest, fields: BodyFields): string | Uint8Array {
  switch (kind) {
    case 'method':
    case 'url':
    case 'path':
      return request[kind]
    case 'uri':
      return decodedUri(request.url)
    case 'form':
      return sortedForm(fields.form() ?? {})
    case 'body:sha256':
      return hash('sha256', request.body, 'hex')
    case 'body:crc32':
      return String(crc32(request.body))
    case 'body_or_query':
      return request.method === 'GET' ? request.query : request.body
    // The key stands in its place where it is known; see `hash.ts`.
    case 'secret':
      return ''
  }
}

/** As Amazon signs: each name and each value on a line of its own, of the members that are there. */
function linesOf(names: readonly string[], fields: BodyFields): string {
  return names
    .map((name) => ({ name, value: fields.member(name) }))
    .map(({ name, value }) => (value === undefined ? '' : `${name}\n${value}\n`))
    .join('')
}
