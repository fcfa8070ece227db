/** Numbers of one load follow each other from a multiple of this on. */
export const numbersOfOneLoad = 10_000_000

/** Which numbers came: a byte for each, because a hash set of a million numbers would cost the receiver more than the sockets do. */
export class NumberSet {
  readonly #loads = new Map<number, Uint8Array>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** False: it was there already. */
  add(number: number): boolean {
    const load = Math.floor(number / numbersOfOneLoad)
    const index = number - load * numbersOfOneLoad
    let bytes = this.#loads.get(load)
    if (bytes === undefined || index >= bytes.length) {
      const wider = new Uint8Array(Math.max(1 << 16, 2 ** Math.ceil(Math.log2(index + 1))))
      if (bytes !== undefined) wider.set(bytes)
      this.#loads.set(load, (bytes = wider))
    }
    if (bytes[index] === 1) return false
    bytes[index] = 1
    this.#size++
    return true
  }

  all(): number[] {
    const numbers: number[] = []
    for (const [load, bytes] of this.#loads) bytes.forEach((is, index) => is === 1 && numbers.push(load * numbersOfOneLoad + index))
    return numbers
  }
}
