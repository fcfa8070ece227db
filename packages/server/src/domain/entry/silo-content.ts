import { isRawNumber, parseExactJson } from '../exact-json.ts'

export const siloLimits = {
  /** Of what one version holds. */
  contentBytesMax: 1024 * 1024,
  /** Older versions go when another one comes. */
  versionsMax: 20,
  /** Values by which a document is found; the first ones. */
  valuesMax: 256,
  valueCharactersMax: 200,
  pathCharactersMax: 200,
  /** Of an application, unless the settings say otherwise. */
  quota: { entries: 100_000, bytes: 1024 * 1024 * 1024 },
} as const

/** Another content type only if it is JSON too. */
export function isJsonContentType(value: string): boolean {
  return /^application\/([a-z0-9.!#$&^_-]+\+)?json\s*(;|$)/i.test(value.trim())
}

export interface SiloValue {
  readonly path: string
  readonly value: string
}

/**
 * The texts, numbers, truths and nulls of a JSON document, each with its path: `order.total`, `lines[].sku`, where `[]` is any item of a
 * list. What is no JSON has none.
 */
export function valuesOf({ contentType, bytes }: { readonly contentType: string; readonly bytes: Uint8Array }): SiloValue[] {
  if (!isJsonContentType(contentType)) return []
  const found = new Map<string, SiloValue>()
  collect(parseExactJson(new TextDecoder().decode(bytes)), '', found)
  return [...found.values()]
}

function collect(value: unknown, path: string, found: Map<string, SiloValue>): void {
  const { valuesMax, valueCharactersMax, pathCharactersMax } = siloLimits
  if (found.size === valuesMax || path.length > pathCharactersMax) return
  if (Array.isArray(value)) {
    for (const item of value) collect(item, `${path}[]`, found)
  } else if (typeof value === 'object' && value !== null && !isRawNumber(value)) {
    for (const [name, member] of Object.entries(value)) collect(member, path === '' ? name : `${path}.${name}`, found)
  } else {
    const text = isRawNumber(value) ? value.rawJSON : String(value)
    // PostgreSQL keeps no NUL and no half of a surrogate pair.
    if (text.length > valueCharactersMax || isUnkept(text) || isUnkept(path)) return
    found.set(JSON.stringify([path, text]), { path, value: text })
  }
}

const isUnkept = (text: string): boolean => text.includes('\0') || !text.isWellFormed()
