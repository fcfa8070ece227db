import { type EndpointPatchIn, PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { say } from '../../ui/toast.tsx'

/** Saves a part of an endpoint; faults of single fields stay with the form. */
export function useEndpointPatch(app: string, id: string) {
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: (change: EndpointPatchIn) => api.endpoint.patch(app, id, change),
    onSuccess: async () => {
      say('Saved.')
      await Promise.all(['endpoint', 'endpoint-list', 'names'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
    },
  })
  return { save, fault: save.error instanceof PosthornError ? save.error : undefined }
}
