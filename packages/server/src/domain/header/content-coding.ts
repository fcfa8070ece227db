/** Codings of a body (RFC 9110, RFC 8878) that Node can undo. */
export const contentCodings = ['gzip', 'deflate', 'br', 'zstd'] as const
export type ContentCoding = (typeof contentCodings)[number]

/** Whether a Content-Encoding says that the body is as it is: it may be missing, empty, or name `identity`, also more than once. */
export function isIdentity(contentEncoding: string | undefined): boolean {
  return contentEncoding === undefined || /^(?:identity|[\s,])*$/i.test(contentEncoding)
}

/**
 * The coding that a Content-Encoding names; null if it names none. Nobody needs two, and each layer multiplies what a few bytes may become,
 * so `several` are not undone.
 *
 * @example readContentCoding('identity, x-gzip') // 'gzip'
 */
export function readContentCoding(contentEncoding: string | undefined): ContentCoding | 'unknown' | 'several' | null {
  if (isIdentity(contentEncoding)) return null
  const names = contentEncoding!
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length !== 1) return 'several'
  const name = names[0] === 'x-gzip' ? 'gzip' : names[0]
  return contentCodings.find((known) => known === name) ?? 'unknown'
}
