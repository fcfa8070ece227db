import type { ApplicationSnapshot } from '#store'

/** Memoises what a room makes of a snapshot (compiled filters, routes, unsealed secrets) for as long as the snapshot lives. */
export function derive<T>(compile: (snapshot: ApplicationSnapshot) => T): (snapshot: ApplicationSnapshot) => T {
  const made = new WeakMap<ApplicationSnapshot, { readonly value: T }>()
  return (snapshot) => {
    let entry = made.get(snapshot)
    if (entry === undefined) made.set(snapshot, (entry = { value: compile(snapshot) }))
    return entry.value
  }
}
