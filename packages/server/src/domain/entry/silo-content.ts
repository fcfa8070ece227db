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
