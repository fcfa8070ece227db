import { uid } from '../api/operation.ts'

/** A caller's own name for an object of one kind. It may not begin as ids of that kind do, so that a path segment is never both. */
export function uidOf(prefix: 'app' | 'ep' | 'msg') {
  return uid.refine((text) => !text.startsWith(`${prefix}_`), `It begins with "${prefix}_" as ids do; choose another one.`)
}
