import { AppError, isIdentity, limits, parseExactJson } from '#domain'
import { inTurns, JsonScan, scanInTurns, tooDeep, utf8InTurns, wrongBytes } from '#platform'
import { PlaceFinder, VALUES_MAX } from './body-places.ts'
import { textEnd } from './json-text-end.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Up to here the worst body is parsed in a few milliseconds. */
const AT_ONCE_BYTES_MAX = 64 * 1024

interface Given {
  readonly contentEncoding: string | undefined
  readonly opaque: readonly string[]
  /** Whether numbers that no double holds keep their digits: where the body has a place for any JSON that is read from what is parsed. */
  readonly exact: boolean
}

/** JSON whatever the content type says, because clients often forget it; forms and files have no business here. */
export function parseBody(raw: Uint8Array, { contentEncoding, opaque, exact }: Given): unknown {
  if (raw.length === 0) return {}
  if (!isIdentity(contentEncoding)) throw new AppError('unsupported_media_type', { detail: 'Send the body without Content-Encoding.' })
  const parse = exact ? parseExactJson : JSON.parse
  return raw.length > AT_ONCE_BYTES_MAX ? parseInTurns(raw, opaque, parse) : parseAtOnce(raw, parse)
}

type Parse = (text: string) => unknown

function parseAtOnce(raw: Uint8Array, parse: Parse): unknown {
  if (nestsDeeper(raw, limits.jsonDepthMax)) throw malformed(tooDeep(limits.jsonDepthMax))
  try {
    return parse(decoder.decode(raw))
  } catch (cause) {
    throw malformed(`The body is not well-formed JSON: ${cause instanceof Error ? cause.message : ''}`)
  }
}

/** Scans a large body while others have their turns, and parses what of it is looked into. */
async function parseInTurns(raw: Uint8Array, opaque: readonly string[], parse: Parse): Promise<unknown> {
  const utf8 = await utf8InTurns(raw, undefined)
  if (utf8 === undefined) throw malformed(wrongBytes(undefined))
  const finder = new PlaceFinder(utf8, opaque)
  const scan = new JsonScan(utf8, { depthMax: limits.jsonDepthMax, visitor: finder })
  await scanInTurns(scan, utf8.length)
  if (scan.fault?.kind === 'too_deep') throw malformed(tooDeep(limits.jsonDepthMax))
  if (scan.fault) throw malformed(`The body is not well-formed JSON: what stands at byte ${scan.fault.at} cannot stand there.`)
  if (finder.values > VALUES_MAX) {
    throw new AppError('payload_too_large', { detail: `The body holds more than the ${VALUES_MAX} values that this address takes.` })
  }
  finder.remember(raw)
  const value = parse(finder.textToParse())
  // Others have their turn between the parsing, which cannot be cut, and what looks at so many values.
  await inTurns(() => true)
  return value
}

const malformed = (detail: string): AppError => new AppError('malformed_json', { detail })

/** Counts brackets outside of texts, before anything recurses into them. */
function nestsDeeper(json: Uint8Array, most: number): boolean {
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
