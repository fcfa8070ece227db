/**
 * The values that `XmlReader` makes of a document, as a document again: members are elements by their names, `@id` an attribute, `#text` the
 * text beside elements, and a list repeats its element. Undefined for what no document is read as.
 */
export function writeXml(value: unknown): string | undefined {
  if (!isElement(value)) return undefined
  const [root, ...others] = Object.entries(value)
  if (root === undefined || others.length > 0 || Array.isArray(root[1]) || !NAME.test(root[0])) return undefined
  try {
    return element(root[0], root[1])
  } catch (error) {
    if (error instanceof NoDocumentError) return undefined
    throw error
  }
}

class NoDocumentError extends Error {}

/** Names of XML 1.0, as far as people use them. */
const NAME = /^[\p{L}_:][\p{L}\p{N}_:.\-\u00b7]*$/u
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function isElement(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function element(name: string, value: unknown): string {
  if (!NAME.test(name)) throw new NoDocumentError()
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('')
  if (!isElement(value)) return `<${name}>${text(value)}</${name}>`
  let [attributes, content] = ['', '']
  for (const [member, inner] of Object.entries(value)) {
    if (member === '#text') content += text(inner)
    else if (!member.startsWith('@')) content += element(member, inner)
    else if (NAME.test(member.slice(1))) attributes += ` ${member.slice(1)}="${text(inner)}"`
    else throw new NoDocumentError()
  }
  return `<${name}${attributes}>${content}</${name}>`
}

function text(value: unknown): string {
  if (typeof value === 'object' && value !== null) throw new NoDocumentError()
  return String(value ?? '').replaceAll(/[&<>"]/g, (one) => ESCAPES[one]!)
}
