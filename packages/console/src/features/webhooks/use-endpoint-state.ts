import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import type { Endpoint } from './queries.ts'

/** Enables, pauses or disables an endpoint. */
export function useEndpointState(app: string, endpoint: Endpoint) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (next: Endpoint['state']) => api.endpoint.patch(app, endpoint.id, { state: next }),
    onSuccess: (_, next) =>
      say(
        {
          active: endpoint.state === 'active' ? 'Enabled.' : 'Enabled. What was held is on its way.',
          paused: 'Paused. New events wait.',
          disabled: 'Disabled. New events are not sent.',
        }[next],
      ),
    onError: (error) => sayFailure('The endpoint stays as it was.', wordsOf(error).detail),
    onSettled: async () => {
      await Promise.all(['endpoint', 'endpoint-list', 'issues'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
    },
  })
}
