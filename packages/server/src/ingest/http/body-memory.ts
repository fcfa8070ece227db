/** What one request's body takes of the memory for all. */
export interface BodyRoom {
  /** Takes so many bytes more. False: there is no room for them. */
  claim(bytes: number): boolean
  /** When the request is answered. */
  giveBack(): void
}

/** The bytes of bodies that are in memory at the same time, from a request's first byte to its answer. */
export class BodyMemory {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  room(): BodyRoom {
    let held = 0
    return {
      claim: (bytes) => {
        if (this.#bytes + bytes > this.#bytesMax) return false
        this.#bytes += bytes
        held += bytes
        return true
      },
      giveBack: () => {
        this.#bytes -= held
        held = 0
      },
    }
  }
}
