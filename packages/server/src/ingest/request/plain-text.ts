/** Of what is said of a refused request. V8 quotes what it stumbled over, and names of fields may be long. */
export const DETAIL_LENGTH_MAX = 500

/** Text that came from a sender and is shown, searched and stored: bounded, and without what a database or a terminal would not bear. */
export function plainText(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd')
}
