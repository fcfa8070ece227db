import { api, speakWith } from '../lib/api.ts'

const KEPT = 'posthorn.portal'

/**
 * Exchanges the link for the key of this page; without a link, goes on with the key that this tab has. The token of the link is taken out of
 * the address before anything is asked, and a link that opens nothing opens nothing: what the tab had before is forgotten with it.
 */
export async function openPortal(): Promise<boolean> {
  const token = globalThis.location.hash.slice(1)
  if (token === '') return resume()
  history.replaceState(history.state, '', '/portal')
  forget()
  const session = await api.portal.redeemLink({ token }).catch(() => undefined)
  if (session === undefined) return false
  speakWith(session.token)
  kept((storage) => storage.setItem(KEPT, session.token))
  return true
}

/** The key is of no use any more. */
export function forget(): void {
  speakWith(null)
  kept((storage) => storage.removeItem(KEPT))
}

function resume(): boolean {
  const key = kept((storage) => storage.getItem(KEPT)) ?? null
  speakWith(key)
  return key !== null
}

/** A tab's own storage: no other tab, frame of another site or server sees it. In a frame it may be forbidden; then the page lasts until it is loaded again. */
function kept<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(sessionStorage)
  } catch {
    return undefined
  }
}
