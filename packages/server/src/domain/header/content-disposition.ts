const NAME_LENGTH_MAX = 150

/** A file to be saved, under the last part of the name that a stranger gave it, or under another where nothing is left of that. */
export function contentDisposition(name: string | null, otherwise: string): string {
  const shown = fileName(name ?? '') ?? otherwise
  const ascii = shown.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const disposition = `attachment; filename="${ascii}"`
  return ascii === shown ? disposition : `${disposition}; filename*=UTF-8''${encoded(shown)}`
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
