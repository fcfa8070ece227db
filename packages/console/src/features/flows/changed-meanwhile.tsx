import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import type { Draft } from './use-draft.ts'

/** Somebody else changed the draft: theirs or one's own, and neither is lost unless one says so. */
export function ChangedMeanwhile({ app, draft }: { readonly app: string; readonly draft: Draft }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const reload = useMutation({
    mutationFn: draft.reload,
    onError: (error) => sayFailure('The draft could not be read.', wordsOf(error).detail),
  })
  const copy = useMutation({
    mutationFn: () => api.flow.create(app, { ...draft.definition, name: `${draft.definition.name}, copy` } as never),
    onSuccess: async ({ id, name }) => {
      await draft.reload()
      await queries.invalidateQueries({ queryKey: ['flows', app] })
      await navigate({ to: '/a/$app/flows/$flow', params: { app, flow: id } })
      say(`Kept as ${name}.`)
    },
    onError: (error) => sayFailure('Nothing was copied.', wordsOf(error).detail),
  })
  if (draft.conflict === null) return null
  return (
    <div className="shrink-0 px-gutter pt-3" role="alert">
      <Note
        title={draft.conflict}
        actions={
          <>
            <Button size="sm" disabled={reload.isPending} onClick={() => reload.mutate()}>
              Reload
            </Button>
            <Button size="sm" disabled={copy.isPending} onClick={() => copy.mutate()}>
              Keep mine as a copy
            </Button>
          </>
        }
      >
        Your changes are not saved. Reload and they are gone, or keep yours as a flow of its own.
      </Note>
    </div>
  )
}
