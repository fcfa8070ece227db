import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Switch } from '../../ui/field.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import type { Listener } from './queries.ts'

/** What can be done with a listener as a whole. */
export function ListenerActions({ app, listener }: { readonly app: string; readonly listener: Listener }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const refresh = async (): Promise<void> => {
    await Promise.all(['listener', 'listeners'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
  }
  const enable = useMutation({
    mutationFn: (enabled: boolean) => api.listener.patch(app, listener.id, { enabled }),
    onSuccess: (_, enabled) => say(enabled ? 'Enabled.' : 'Disabled. Its URL answers 404.'),
    onError: (error) => sayFailure('The listener stays as it was.', wordsOf(error).detail),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: () => api.listener.delete(app, listener.id),
    onSuccess: async () => {
      await navigate({ to: '/a/$app/listeners', params: { app } })
      say('Deleted.')
      await refresh()
    },
    onError: (error) => sayFailure('It could not be deleted.', wordsOf(error).detail),
  })
  return (
    <>
      <Switch label="Enabled" checked={listener.enabled} disabled={enable.isPending} onChange={(on) => enable.mutate(on)} />
      <Menu
        trigger={
          <IconButton kind="outline" label="More">
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem danger onSelect={() => setAsking(true)}>
          <Trash2 aria-hidden />
          Delete listener
        </MenuItem>
      </Menu>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${listener.name}?`}
        act="Delete listener"
        onConfirm={() => (setAsking(false), remove.mutate())}
      >
        Its URL answers 404 from then on. Requests that arrived are kept as long as all logs are.
      </Confirm>
    </>
  )
}
