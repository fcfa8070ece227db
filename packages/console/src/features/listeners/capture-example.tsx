import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { May } from '../../ui/may.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { type Listener, listenerQuery } from './queries.ts'
import { useListenerPatch } from './use-listener-patch.ts'

/** How often a page that waits looks whether the request has come. */
const LOOK_MS = 2000

interface Props {
  readonly app: string
  readonly listener: Listener
}

/** Fills the structure from what really comes: from the last request, or from the next. */
export function CaptureButtons({ app, listener }: Props) {
  const queries = useQueryClient()
  const { save } = useListenerPatch(app, listener.id)
  const isWaiting = listener.capture?.status === 'waiting'
  const { expected } = listener
  const capture = useMutation({
    mutationFn: (of: 'last' | 'next') => api.listener.capture(app, listener.id, of === 'next' ? { next: true } : {}),
    onSuccess: async (_, of) => {
      if (of === 'last') say('Taken from the last request.', { undo: () => save.mutate({ expected }) })
      await Promise.all(['listener', 'listeners'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
    },
    onError: (error) => sayFailure('The structure stays as it was.', wordsOf(error).detail),
  })
  return (
    <May>
      <span className="flex flex-wrap gap-2">
        <Button size="sm" disabled={capture.isPending} onClick={() => capture.mutate('last')}>
          Take the last request
        </Button>
        <Button size="sm" disabled={capture.isPending || isWaiting} onClick={() => capture.mutate('next')}>
          Capture the next request
        </Button>
      </span>
    </May>
  )
}

/** How the waiting for the next request stands. Of what came of it earlier nobody is told again. */
export function CaptureState({ app, listener: { id, capture } }: Props) {
  const queries = useQueryClient()
  const isWaiting = capture?.status === 'waiting'
  const [wasWaiting, setWasWaiting] = useState(isWaiting)
  if (isWaiting && !wasWaiting) setWasWaiting(true)
  useQuery({ ...listenerQuery(app, id), refetchInterval: isWaiting ? LOOK_MS : false })
  const cancel = useMutation({
    mutationFn: () => api.listener.cancelCapture(app, id),
    onSuccess: (listener) => {
      queries.setQueryData(listenerQuery(app, id).queryKey, listener)
      setWasWaiting(false)
    },
    onError: (error) => sayFailure('The next request is still waited for.', wordsOf(error).detail),
  })
  if (capture === null || !wasWaiting) return null
  if (capture.status === 'failed') return <Note kind="fail" title="The request cannot be the example." children={capture.detail} />
  if (capture.status === 'expired') return <Note title="No request came. What is expected stays as it was." />
  if (!isWaiting) return null
  const until = <Time at={capture.until} />
  return (
    <Note
      kind="info"
      title="Waiting for the next request."
      children={<>What it brings fills the structure. Until {until} it is waited for, also while this page is closed.</>}
      actions={
        <May>
          <Button size="sm" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </Button>
        </May>
      }
    />
  )
}
