import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { EventTypeGetUseOut } from '@posthorn/sdk'
import { counted } from '../../lib/amounts.ts'
import { api } from '../../lib/api.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'

interface Props {
  readonly name: string
  /** Whether it is put aside, or gone for good. */
  readonly how: 'archive' | 'delete'
  onClose(): void
  /** It is done. */
  onDone(): void
}

const texts = {
  archive: {
    act: 'Archive event type',
    effect:
      'New endpoints cannot choose it, and the pages for receivers leave it out. Messages of it go where they went. It can be restored.',
    done: 'Archived. New endpoints cannot choose it.',
  },
  delete: {
    act: 'Delete event type',
    effect:
      'Its description, example and schemas are gone for good. Messages of this name are still taken, and go to endpoints that ask for it or for everything.',
    done: 'Deleted.',
  },
} as const

/** Archives or deletes an event type, once one has seen what names it. */
export function EndEventType({ name, how, onClose, onDone }: Props) {
  const queries = useQueryClient()
  const { act, effect, done } = texts[how]
  const end = useMutation({
    mutationFn: () => api.eventType.delete(name, how === 'delete' ? { expunge: true } : {}),
    onSuccess: () => {
      say(done)
      onDone()
    },
    onError: (cause) => sayFailure('It stays as it was.', wordsOf(cause).detail),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['event-types'] })
      if (how === 'archive') void queries.invalidateQueries({ queryKey: ['event-type', name] })
    },
  })
  return (
    <Confirm
      open
      onClose={onClose}
      onConfirm={() => end.mutate()}
      busy={end.isPending}
      title={`${how === 'delete' ? 'Delete' : 'Archive'} ${name}?`}
      act={act}
    >
      <div className="flex flex-col gap-3">
        <p>{effect}</p>
        <Uses name={name} />
      </div>
    </Confirm>
  )
}

/** Which endpoints and flows name it, in all applications. */
function Uses({ name }: { readonly name: string }) {
  const { data, error } = useQuery({ queryKey: ['event-type-use', name], queryFn: () => api.eventType.getUse(name), staleTime: 0 })
  if (error !== null) return <p>What names it could not be looked up: {wordsOf(error).detail}</p>
  if (data === undefined) return <p>Looking up what names it.</p>
  const { endpoints, flows } = data
  if (endpoints.count + flows.count === 0) return <p role="status">No endpoint and no published flow names it.</p>
  return (
    <div role="status" className="flex flex-col gap-3">
      <Users users={endpoints} words={`${counted(endpoints.count, 'endpoint subscribes', 'endpoints subscribe')} to it by its name`} />
      <Users users={flows} words={`${counted(flows.count, 'published flow names', 'published flows name')} it`} />
    </div>
  )
}

function Users({ users: { count, first }, words }: { readonly users: EventTypeGetUseOut['endpoints']; readonly words: string }) {
  if (count === 0) return null
  return (
    <div>
      <p className="text-text">{words}:</p>
      <ul className="list-disc pl-5">
        {first.map(({ id, name, applicationName }) => (
          <li key={id}>
            <span className="break-words text-text">{name}</span>, {applicationName}
          </li>
        ))}
        {count > first.length && <li>and {count - first.length} more</li>}
      </ul>
    </div>
  )
}
