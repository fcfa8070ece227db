import { needsSignIn } from './api.ts'

const readers = new Set<() => void>()
let isSignedOut = false

/** Whether the server has said that this session is over, while a page was open. */
export const signedOut = {
  get: (): boolean => isSignedOut,
  set(next: boolean): void {
    isSignedOut = next
    for (const reader of readers) reader()
  },
  subscribe(reader: () => void): () => void {
    readers.add(reader)
    return () => readers.delete(reader)
  },
  /** To be called with every failed call. */
  note(error: unknown): void {
    if (needsSignIn(error) && !isSignedOut) signedOut.set(true)
  },
}
