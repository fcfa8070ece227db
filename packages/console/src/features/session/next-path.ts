import { ownPath } from '../../lib/own-path.ts'

const KEY = 'posthorn.next'

/** Where somebody wanted to go, while they are at their provider's: this tab remembers it, so that nothing from outside says it. */
export const nextPath = {
  keep(next: string | undefined): void {
    if (next === undefined) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, next)
  },
  take(): string {
    const next = sessionStorage.getItem(KEY) ?? undefined
    sessionStorage.removeItem(KEY)
    return ownPath(next)
  },
}
