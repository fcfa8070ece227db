/** R11: another content type only if it is JSON too, because the body is. */
export function isJsonContentType(value: string): boolean {
  return /^application\/([a-z0-9.!#$&^_-]+\+)?json\s*(;|$)/i.test(value.trim())
}
