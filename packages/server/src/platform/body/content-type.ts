export interface ContentType {
  /** Lower case, without parameters; empty if there is none. */
  readonly essence: string
  /** Lower case; undefined if none is given. */
  readonly charset: string | undefined
}

export function readContentType(header: string | null): ContentType {
  if (header === null) return { essence: '', charset: undefined }
  const semicolon = header.indexOf(';')
  const essence = (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase()
  const charset = semicolon === -1 ? undefined : /;\s*charset\s*=\s*["']?([^\s;,"']+)/i.exec(header)?.[1]?.toLowerCase()
  return { essence, charset: charset === 'utf8' ? 'utf-8' : charset }
}

export function isJsonType(essence: string): boolean {
  return essence === 'application/json' || essence.endsWith('+json') || essence === 'text/json'
}

export function isFormType(essence: string): boolean {
  return essence === 'application/x-www-form-urlencoded'
}

export function isXmlType(essence: string): boolean {
  return essence === 'application/xml' || essence === 'text/xml' || essence.endsWith('+xml')
}

/** Types whose bytes are characters, so that their charset matters. Without a type they may be. */
export function isTextual(essence: string): boolean {
  return (
    essence === '' ||
    essence.startsWith('text/') ||
    isJsonType(essence) ||
    isFormType(essence) ||
    /[/+](?:xml|javascript|yaml)$/.test(essence)
  )
}
