/** What the head of a part says (RFC 7578). */
export interface PartHead {
  readonly field: string
  /** Undefined: it is a field of the form. */
  readonly fileName: string | undefined
  /** Lower case, without parameters. */
  readonly contentType: string | undefined
  readonly charset: string | undefined
}

/** Header names in lower case to their values, one character for each byte. */
export type PartHeaders = Readonly<Record<string, readonly string[] | undefined>>

export const FIELD_NAME_LENGTH_MAX = 200
const FILE_NAME_LENGTH_MAX = 255

/** Undefined: it names no field, as every part of a form must. */
export function readPartHead(headers: PartHeaders): PartHead | undefined {
  const disposition = parametersOf(headers['content-disposition']?.[0] ?? '')
  const field = disposition.parameters.get('name')
  if (disposition.value !== 'form-data' || field === undefined || field === '' || field.length > FIELD_NAME_LENGTH_MAX) return undefined
  const type = parametersOf(headers['content-type']?.[0] ?? '')
  const fileName = disposition.parameters.get('filename*') ?? disposition.parameters.get('filename')
  return {
    field,
    fileName: fileName?.slice(0, FILE_NAME_LENGTH_MAX) ?? (type.value === 'application/octet-stream' ? '' : undefined),
    contentType: /^[!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(type.value) ? type.value : undefined,
    charset: type.parameters.get('charset')?.toLowerCase(),
  }
}

/** A name, and a text in quotes or without; browsers write a quote as `%22`, others escape it. */
const PARAMETER = /;[\t ]*([^\s=;"]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g

function parametersOf(header: string): { readonly value: string; readonly parameters: ReadonlyMap<string, string> } {
  const semicolon = header.indexOf(';')
  const parameters = new Map<string, string>()
  if (semicolon !== -1) {
    for (const [, name = '', quoted, plain = ''] of header.slice(semicolon).matchAll(PARAMETER)) {
      const lower = name.toLowerCase()
      if (parameters.has(lower)) continue
      const text = decoded(quoted === undefined ? plain.trim() : quoted.replaceAll(/\\(["\\])/g, '$1'))
      const value = lower.endsWith('*') ? extended(text) : text.replaceAll('%22', '"').replaceAll(/%0D|%0A/g, ' ')
      if (value !== undefined) parameters.set(lower, value)
    }
  }
  return { value: (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase(), parameters }
}

/** Names are UTF-8, whatever the form is in; bytes that are not stay as they are. */
function decoded(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  const text = bytes.toString()
  return text.includes('\ufffd') ? latin1 : text
}

/** RFC 8187, `UTF-8''na%C3%AFve.txt`; undefined if it is not written so. */
function extended(text: string): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(text)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
