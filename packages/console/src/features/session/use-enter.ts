import type { MeOut } from '@posthorn/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { meQuery } from '../../lib/me.ts'
import { signedOut } from '../../lib/signed-out.ts'

/** Lets in who has just signed in. What another person saw here is not for this one. */
export function useEnter(): (me: MeOut, path: string) => void {
  const queries = useQueryClient()
  const router = useRouter()
  return (me, path) => {
    queries.clear()
    queries.setQueryData(meQuery.queryKey, me)
    signedOut.set(false)
    router.history.push(path)
  }
}
