import { inspect } from 'node:util'

/** Text that must not be printed: logs, JSON and string conversion show `[secret]`. `reveal` is called where it is used, nowhere else. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
