import { useSyncExternalStore } from 'react'

// One polite region for the results of what a person did. It stands outside of any page, since a region that comes and goes is not spoken.
let said = ''
const readers = new Set<() => void>()

/** Speaks to who cannot see: "Copied.", "3 new deliveries." */
export function announce(text: string): void {
  // The same words twice would not be spoken again without a difference.
  said = text === said ? `${text}\u00a0` : text
  for (const reader of readers) reader()
}

export function Announcer() {
  const text = useSyncExternalStore(
    (reader) => {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    () => said,
  )
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  )
}
