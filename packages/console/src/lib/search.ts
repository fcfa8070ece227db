/**
 * Reads of search parameters. The address is the state of a page, and anybody can write one by hand: what is not understood is left
 * out instead of failing the page.
 */

/** A text, or nothing. */
export function textOf(value: unknown): string | undefined {
  // The router reads `?q=12` as a number.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number that is not negative, or nothing. */
export function countOf(value: unknown): number | undefined {
  const number = Number(textOf(value))
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** One of a few, or nothing. */
export function oneOf<Value extends string>(value: unknown, values: readonly Value[]): Value | undefined {
  return values.find((one) => one === value)
}

/** A time as the API takes it, or nothing. */
export function momentOf(value: unknown): string | undefined {
  const text = textOf(value)
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString()
}

/** Several values, comma-separated in one parameter. */
export function listOf(value: unknown): readonly string[] {
  return (
    textOf(value)
      ?.split(',')
      .filter((one) => one !== '') ?? []
  )
}

/** Back into the address; nothing where nothing is chosen, so that defaults are left out. */
export function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',')
}

/** Leaves out what is undefined, so that the address has only what was chosen. */
export function chosen<Values extends Record<string, unknown>>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
