import { AppError, isIdentity, limits } from '#domain'
import { textEnd } from './json-text-end.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** JSON whatever the content type says, because clients often forget it; forms and files have no business here. */
export function parseBody(raw: Uint8Array, contentEncoding: string | undefined): unknown {
  if (raw.length === 0) return {}
  if (!isIdentity(contentEncoding)) throw new AppError('unsupported_media_type', { detail: 'Send the body without Content-Encoding.' })
  if (nestsDeeper(raw, limits.jsonDepthMax)) {
    throw new AppError('malformed_json', { detail: `The body nests deeper than ${limits.jsonDepthMax} levels.` })
  }
  try {
    return JSON.parse(decoder.decode(raw)) as unknown
  } catch (cause) {
    throw new AppError('malformed_json', {
      detail: `The body is not well-formed JSON: ${cause instanceof Error ? cause.message : ''}`,
      cause,
    })
  }
}

/** Counts brackets outside of texts, before anything recurses into them. */
export function nestsDeeper(json: Uint8Array, most: number): boolean {
  // Each level takes two bytes: most bodies are too short to be asked, which costs half as much as to parse them.
  if (json.length <= 2 * most) return false
  let depth = 0
  let at = 0
  while (at < json.length) {
    const byte = json[at]
    if (byte === 0x22) at = textEnd(json, at)
    else {
      if (byte === 0x7b || byte === 0x5b) {
        if (++depth > most) return true
      } else if (byte === 0x7d || byte === 0x5d) depth--
      at++
    }
  }
  return false
}
