/** Where in its crowd it stands; the crowd's to write. */
export interface Placed {
  place: number
}

/**
 * Those who are there now, in no order: they come and go with every event. Not a `Set`, because V8 makes a new table for one now and then, and the
 * old one points at the new and at all that stood in it. Once an old table lies among what lives long, it keeps those behind it and all that they
 * ever held, until the next collection of the whole heap.
 */
export class Crowd<T extends Placed> {
  readonly #there: T[] = []

  get size(): number {
    return this.#there.length
  }

  enter(one: T): void {
    one.place = this.#there.length
    this.#there.push(one)
  }

  /** False if it was gone already. The last takes its place. */
  leave(one: T): boolean {
    if (this.#there[one.place] !== one) return false
    const last = this.#there.pop()!
    if (last !== one) this.#there[(last.place = one.place)] = last
    return true
  }

  /** Whoever is there now, whatever becomes of them meanwhile. */
  all(): T[] {
    return [...this.#there]
  }
}
