import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { surface } from '../../lib/surface.ts'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { May } from '../../ui/may.tsx'
import { EndEventType } from './end-event-type.tsx'
import { WriteEventType } from './write-event-type.tsx'

/** One event type: its description, example and schema. */
export function EventTypePanel({ name, onClose }: { readonly name: string; onClose(): void }) {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({ queryKey: ['event-type', name], queryFn: () => api.eventType.get(name) })
  const [editing, setEditing] = useState(false)
  const [ending, setEnding] = useState<'archive' | 'delete'>()
  const restore = useMutation({
    mutationFn: () => api.eventType.patch(name, { archived: false }),
    onSuccess: () => say('Restored.'),
    onError: (cause) => sayFailure('It stays as it was.', wordsOf(cause).detail),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['event-types'] })
      void queries.invalidateQueries({ queryKey: ['event-type', name] })
    },
  })
  return (
    <Panel label="Event type" onClose={onClose} head={<h2 className="font-mono text-md break-all">{name}</h2>}>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={4} />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <p className="text-text-2">{data.description}</p>
          <h3>Example</h3>
          {data.example === null || data.example === undefined ? (
            <p className="text-text-2">None. Test events carry test.ping then.</p>
          ) : (
            <CodeView json label="Example" text={JSON.stringify(data.example, null, 2)} maxHeight="40vh" />
          )}
          {data.schemas !== null && (
            <>
              <h3>Schemas</h3>
              <CodeView json label="Schemas by version" text={JSON.stringify(data.schemas, null, 2)} maxHeight="40vh" />
            </>
          )}
          {!surface.isPortal && (
            <May>
              <div className="flex flex-wrap gap-2">
                <Button data-key="e" onClick={() => setEditing(true)}>
                  <Pencil aria-hidden />
                  Edit
                </Button>
                {data.archived ? (
                  <Button disabled={restore.isPending} onClick={() => restore.mutate()}>
                    Restore
                  </Button>
                ) : (
                  <Button onClick={() => setEnding('archive')}>Archive</Button>
                )}
                <Button kind="danger" onClick={() => setEnding('delete')}>
                  Delete
                </Button>
              </div>
              {ending !== undefined && (
                <EndEventType
                  name={name}
                  how={ending}
                  onClose={() => setEnding(undefined)}
                  onDone={() => (ending === 'delete' ? onClose() : setEnding(undefined))}
                />
              )}
              {editing && <WriteEventType known={data} onClose={() => setEditing(false)} />}
            </May>
          )}
        </>
      )}
    </Panel>
  )
}
