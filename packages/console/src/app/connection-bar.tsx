import { PosthornError } from '@posthorn/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

/** A thin bar while the server cannot be reached. What was loaded stays, and what failed is fetched again by itself. */
export function ConnectionBar() {
  const queries = useQueryClient()
  const [lost, setLost] = useState(!navigator.onLine)
  // A browser that knows itself offline does not even ask: then no query fails.
  useEffect(() => {
    const lose = (): void => setLost(true)
    const ask = (): void => void queries.invalidateQueries()
    globalThis.addEventListener('offline', lose)
    globalThis.addEventListener('online', ask)
    return () => {
      globalThis.removeEventListener('offline', lose)
      globalThis.removeEventListener('online', ask)
    }
  }, [queries])
  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ query }) => {
        const { error, status, fetchStatus } = query.state
        if (status === 'error' && error instanceof PosthornError && error.code === 'network') setLost(true)
        // What had been asked before may still be answered, or was known; nobody is asked again until the browser is back.
        else if (status === 'success' && fetchStatus === 'idle' && navigator.onLine) setLost(false)
      }),
    [queries],
  )
  useEffect(() => {
    if (!lost) return
    const timer = setInterval(() => void queries.invalidateQueries(), 4000)
    return () => clearInterval(timer)
  }, [lost, queries])
  if (!lost) return null
  return (
    <div role="alert" className="shrink-0 bg-wait-tint px-gutter py-1 text-wait-text">
      No connection to the server. Trying again every 4 s.
    </div>
  )
}
