import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { sayFailure } from '../../ui/toast.tsx'

/** Ends a replay that is under way. */
export function CancelReplay({ app, id, small = false }: { readonly app: string; readonly id: string; readonly small?: boolean }) {
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.replay.cancel(app, id),
    onError: (error) => sayFailure('It was not cancelled.', wordsOf(error).detail),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['replay', app, id] })
      void queries.invalidateQueries({ queryKey: ['replays', app] })
    },
  })
  return (
    <Button
      {...(small && { size: 'sm', 'aria-label': `Cancel replay ${id}` })}
      disabled={cancel.isPending}
      onClick={() => cancel.mutate()}
      title="What is queued already is sent."
    >
      {small ? 'Cancel' : 'Cancel replay'}
    </Button>
  )
}
