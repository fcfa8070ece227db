import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, Pencil, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import type { RequestDetail } from './queries.ts'
import { ResendDialog } from './resend-dialog.tsx'

interface Props {
  readonly app: string
  readonly request: RequestDetail
  /** Of the request that came of it. */
  onOpen(id: string): void
}

/** What can be done with a request: replay it, take it after all, or send an edited copy. */
export function RequestActions({ app, request, onOpen }: Props) {
  const [editing, setEditing] = useState(false)
  return (
    <>
      {request.listenerId !== null && (
        <Button data-key="e" onClick={() => setEditing(true)}>
          <Pencil aria-hidden />
          Edit and resend
        </Button>
      )}
      {request.status === 'rejected' ? (
        canBeAccepted(request) && <Accept app={app} request={request} onOpen={onOpen} />
      ) : (
        <Replay app={app} request={request} />
      )}
      {editing && <ResendDialog app={app} request={request} onOpen={onOpen} onClose={() => setEditing(false)} />}
    </>
  )
}

/** What was refused before its body was read can only come again. */
function canBeAccepted({ listenerId, body }: RequestDetail): boolean {
  return listenerId !== null && body !== null
}

/** For one whose listener was wrong: its secret, its clock, what it expected. */
function Accept({ app, request, onOpen }: Props) {
  const queries = useQueryClient()
  const accept = useMutation({
    mutationFn: () => api.request.accept(app, request.id),
    onSuccess: ({ id }) => {
      onOpen(id)
      say('Accepted. It is kept once more, and its flows run.')
      return queries.invalidateQueries({ queryKey: ['requests', app] })
    },
    onError: (error) => sayFailure('It stays refused.', wordsOf(error).detail),
  })
  return (
    <Button disabled={accept.isPending} title="It is kept once more, and its flows run." onClick={() => accept.mutate()}>
      <Check aria-hidden />
      Accept
    </Button>
  )
}

function Replay({ app, request }: Pick<Props, 'app' | 'request'>) {
  const queries = useQueryClient()
  const replay = useMutation({
    mutationFn: () => api.request.replay(app, request.id),
    onSuccess: ({ runs }) => say(runs.length === 1 ? 'The flow runs again.' : `${runs.length} flows run again.`),
    onError: (error) => sayFailure('Nothing was run.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['request', app, request.id] }),
  })
  return (
    <Button kind="primary" data-key="r" disabled={replay.isPending} onClick={() => replay.mutate()}>
      <RotateCw aria-hidden />
      Replay
    </Button>
  )
}
