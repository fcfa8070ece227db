import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'

/** Removes what a message carried; that there was one stays. */
export function ErasePayload({ app, id }: { readonly app: string; readonly id: string }) {
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const erase = useMutation({
    mutationFn: () => api.message.expungeContent(app, id),
    onSuccess: () => say('Erased.'),
    onError: (error) => sayFailure('The payload stays.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['message', app, id] }),
  })
  return (
    <>
      <Button kind="danger" disabled={erase.isPending} onClick={() => setAsking(true)}>
        Erase
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Erase this payload?"
        act="Erase payload"
        onConfirm={() => {
          setAsking(false)
          erase.mutate()
        }}
      >
        It is gone for good. What still waits to be sent fails, and nothing of this message can be sent again. The message and its
        deliveries stay in the logs.
      </Confirm>
    </>
  )
}
