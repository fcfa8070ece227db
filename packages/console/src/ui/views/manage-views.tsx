import { PosthornError, type ViewOut } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/me.ts'
import { Button } from '../button.tsx'
import { Dialog, Done } from '../dialog.tsx'
import { Switch, TextField } from '../field.tsx'
import { May } from '../may.tsx'
import { Note } from '../note.tsx'
import { viewsQuery } from './views.ts'

/** The views of a list, each to rename, to share or to remove. */
export function ManageViews({ app, list, onClose }: { readonly app: string; readonly list: ViewOut['list']; onClose(): void }) {
  const may = useMay('change')
  const views = (useQuery(viewsQuery(app, list)).data ?? []).filter(({ shared }) => may || !shared)
  return (
    <Dialog open onClose={onClose} title="Views" actions={<Done onClose={onClose} />}>
      <ul className="flex flex-col gap-4">
        {views.map((view) => (
          <ViewRow key={view.id} app={app} view={view} />
        ))}
        {views.length === 0 && <li className="text-text-2">None is left.</li>}
      </ul>
    </Dialog>
  )
}

function ViewRow({ app, view }: { readonly app: string; readonly view: ViewOut }) {
  const queries = useQueryClient()
  const [name, setName] = useState(view.name)
  const change = useMutation({
    mutationFn: async (next: { readonly name?: string; readonly shared?: boolean } | 'remove'): Promise<void> => {
      if (next === 'remove') await api.view.delete(app, view.id)
      else await api.view.patch(app, view.id, next)
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['views', app] }),
  })
  const fault = change.error instanceof PosthornError ? change.error : undefined
  return (
    <li className="flex flex-col gap-2 border-b border-line pb-4 last:border-0 last:pb-0">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField label={`Name of ${view.name}`} value={name} onText={setName} />
        </div>
        <div className="flex gap-2 pt-6">
          <Button disabled={change.isPending || name === view.name} onClick={() => change.mutate({ name })}>
            Rename
          </Button>
          <Button kind="danger" disabled={change.isPending} aria-label={`Remove ${view.name}`} onClick={() => change.mutate('remove')}>
            Remove
          </Button>
        </div>
      </div>
      <May>
        <Switch label="Shared with everybody of this application" checked={view.shared} onChange={(shared) => change.mutate({ shared })} />
      </May>
      {fault !== undefined && <Note kind="fail" title={fault.fields[0]?.message ?? fault.message} />}
    </li>
  )
}
