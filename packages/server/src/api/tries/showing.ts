import { parseExactJson } from '#domain'
import { inTurns } from '#platform'

/** Of one value, and of all values of an answer: more is read by nobody, and takes longer to read and write than others may wait. */
const VALUE_BYTES_MAX = 128 * 1024
const ANSWER_BYTES_MAX = 512 * 1024

/** What the answer of tries shows of what came of them, as far as there is room. */
export class Showing {
  #leftBytes = ANSWER_BYTES_MAX

  /** The value of a JSON text, and in its place a note where it is too large. */
  async value(text: string): Promise<unknown> {
    if (!this.#takes(text)) return notShown(text)
    let value: unknown
    await inTurns(() => {
      value = parseExactJson(text)
      return true
    })
    return value
  }

  text(text: string): string {
    return this.#takes(text) ? text : notShown(text)
  }

  #takes({ length }: string): boolean {
    if (length > VALUE_BYTES_MAX || length > this.#leftBytes) return false
    this.#leftBytes -= length
    return true
  }
}

export const notShown = ({ length }: { readonly length: number }): string => `(${length} bytes, not shown)`
