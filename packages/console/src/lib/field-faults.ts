import type { PosthornError } from '@posthorn/sdk'

/** What the server says of one field, found by its JSON pointer; of a list also what it says of its items. */
export function faultOf(error: PosthornError | undefined, pointer: string): string | undefined {
  return error?.fields.find((field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`))?.message
}
