const NAME_LENGTH_MAX = 150

/** Headers under which bytes of a stranger are saved, under the last part of the name that he gave, and do nothing else. */
export function attachmentHeaders(name: string | null, id: string): Readonly<Record<string, string>> {
  const shown = fileName(name ?? '') ?? `${id}.bin`
  const ascii = shown.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const disposition = `attachment; filename="${ascii}"`
  return {
    'content-disposition': ascii === shown ? disposition : `${disposition}; filename*=UTF-8''${encoded(shown)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  }
}

/** Without folders, characters that systems do not take, and dots that hide a file or end it; undefined where nothing is left. */
function fileName(name: string): string | undefined {
  const last = name.split(/[/\\]/).at(-1)!
  const clean = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\ufffd<>:|?*]/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(-NAME_LENGTH_MAX)
    .replace(/[. ]+$/, '')
  return clean === '' ? undefined : clean.toWellFormed()
}

/** RFC 8187: what `encodeURIComponent` leaves and the rule does not. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
