import { hash } from 'node:crypto'
import { isRawNumber, parseExactJson } from '#domain'

/** JSON up to here is compared whatever its white space and the order of its members; sorting a larger one would keep others waiting. */
export const CANONICAL_BYTES_MAX = 64 * 1024

/**
 * What two bodies are compared by: their canonical JSON (RFC 8785 in substance: members in order, no white space), so that a body that
 * another library wrote is the same. Compared by its bytes is what is larger than 64 KiB.
 *
 * @param value What was read of `bytes`, every digit of its numbers with it (`parseExactJson`); undefined if nothing was.
 */
export function contentDigest(value: unknown, bytes: string | Uint8Array): string {
  if (value === undefined || bytes.length > CANONICAL_BYTES_MAX) return hash('sha256', bytes)
  return hash('sha256', JSON.stringify(inOrder(value)))
}

/** The same of a body as it came, which is JSON. */
export function bodyDigest(bytes: Uint8Array): string {
  // Where there is none, it is read as an empty object.
  if (bytes.length === 0) return contentDigest({}, bytes)
  if (bytes.length > CANONICAL_BYTES_MAX) return contentDigest(undefined, bytes)
  return contentDigest(parseExactJson(new TextDecoder().decode(bytes)), bytes)
}

/** The value with the members of its objects in order; itself where they are. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return value
  return Array.isArray(value) ? itemsInOrder(value) : membersInOrder(value as Readonly<Record<string, unknown>>)
}

function itemsInOrder(items: readonly unknown[]): unknown {
  let copy: unknown[] | undefined
  for (let i = 0; i < items.length; i++) {
    const item = inOrder(items[i])
    if (item !== items[i]) (copy ??= [...items])[i] = item
  }
  return copy ?? items
}

function membersInOrder(object: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(object)
  let changed = false
  const members: [string, unknown][] = []
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!
    const member = inOrder(object[name])
    if (member !== object[name] || (i > 0 && names[i - 1]! > name)) changed = true
    members.push([name, member])
  }
  // `fromEntries`, because assigning to a member called __proto__ would make it vanish.
  return changed ? Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))) : object
}
