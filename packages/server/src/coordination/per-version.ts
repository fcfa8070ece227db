import type { FlowSnapshot } from '#store'

/** Of small values; the text that they were read from is not kept. */
const KEPT_MAX = 20_000

type Published = NonNullable<FlowSnapshot['published']>

/**
 * Memoises what a room reads of a published version of a flow. It never changes, while a change of anything else of the application makes a
 * new snapshot: three hundred large definitions took a quarter of a second at each.
 */
export function perVersion<T>(read: (published: Published) => T): (published: Published) => T {
  const known = new Map<string, { readonly value: T }>()
  return (published) => {
    const key = `${published.flow_id}/${published.version}`
    let entry = known.get(key)
    if (entry === undefined) {
      entry = { value: read(published) }
      if (known.size >= KEPT_MAX) known.delete(known.keys().next().value!)
    } else known.delete(key)
    // Who was asked for last goes last.
    known.set(key, entry)
    return entry.value
  }
}
