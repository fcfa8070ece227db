import { useSyncExternalStore } from 'react'

/** Where a row of a table has no room for its columns; the breakpoint `desk` of the styles. */
const narrow = globalThis.matchMedia('(width < 801px)')

export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches)
}

function subscribe(told: () => void): () => void {
  narrow.addEventListener('change', told)
  return () => narrow.removeEventListener('change', told)
}
