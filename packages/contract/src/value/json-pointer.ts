/** JSON pointers (RFC 6901), in one place for all who write and read them. */

/**
 * A member's name as a part of a pointer.
 *
 * @example escapePointer('a/b') // 'a~1b'
 */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * Writes a pointer.
 *
 * @example jsonPointer(['a/b', 0]) // '/a~1b/0'
 */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${escapePointer(String(key))}`).join('')
}

/**
 * The names that a pointer goes through.
 *
 * @example pointerParts('/a~1b/0') // ['a/b', '0']
 */
export function pointerParts(pointer: string): string[] {
  return pointer.split('/').slice(1).map(unescapePointer)
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
