import { isRawNumber } from '#domain'
import { weighsWithin } from './json-within.ts'

/** `at`: the member that XML cannot say, as a path from the root. */
export type WrittenXml = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

/** Without a colon at an end, which would be half of a name. */
const NAME = /^[\p{L}_][\p{L}\p{N}._-]*(?::[\p{L}_][\p{L}\p{N}._-]*)?$/u
/** What no XML 1.0 document may hold, however it is written. */
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u

/**
 * The document of a value, as bodies of XML are read: one member, the root; `@name` is an attribute, `#text` the text beside elements, a list
 * repeats its element, null is an empty one. What is larger than `bytesMax` is never written; null then.
 */
export function xmlWithin(value: unknown, bytesMax: number): WrittenXml | null {
  if (!weighsWithin(value, bytesMax)) return null
  const names = isObject(value) ? Object.keys(value) : []
  if (names.length !== 1 || Array.isArray((value as Record<string, unknown>)[names[0]!])) {
    return { ok: false, message: 'XML has one root: give an object with one member, which is no list, or a text that is XML.' }
  }
  try {
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n${element(names[0]!, (value as Record<string, unknown>)[names[0]!])}`
    return Buffer.byteLength(text) <= bytesMax ? { ok: true, text } : null
  } catch (error) {
    if (error instanceof NoXml) return { ok: false, message: error.message }
    throw error
  }
}

class NoXml extends Error {}

function element(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('')
  checkName(name)
  if (!isObject(value)) return wrapped(name, '', escaped(textOf(name, value)))
  let attributes = ''
  let inner = ''
  for (const [member, one] of Object.entries(value)) {
    if (member === '#text') inner += escaped(textOf(name, one))
    else if (member.startsWith('@')) {
      checkName(member.slice(1))
      attributes += ` ${member.slice(1)}="${escaped(textOf(member, one))}"`
    } else inner += element(member, one)
  }
  return wrapped(name, attributes, inner)
}

function wrapped(name: string, attributes: string, inner: string): string {
  return inner === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

function textOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (isRawNumber(value)) return value.rawJSON
  if (typeof value === 'object') throw new NoXml(`"${name}" is a text in XML, and no object and no list.`)
  return String(value as string | number | boolean)
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new NoXml(`"${name.slice(0, 100)}" cannot be a name in XML.`)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** White space stays what it is, also in an attribute. */
function escaped(text: string): string {
  if (UNWRITABLE.test(text)) throw new NoXml('A text has a character that XML cannot hold, such as a control character.')
  return text.replaceAll(/[&<>"\r\n\t]/g, (one) => entities[one]!)
}
