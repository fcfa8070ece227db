import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isFinal } from '../lib/api.ts'
import { signedOut } from '../lib/signed-out.ts'

/** What the pages know of the server. The SDK tries again by itself, so a query does only once more. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    // Whichever call hears it first: the session is over.
    queryCache: new QueryCache({ onError: signedOut.note }),
    mutationCache: new MutationCache({ onError: signedOut.note }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        retry: (failures, error) => failures < 1 && !isFinal(error),
        refetchOnWindowFocus: true,
      },
    },
  })
}
