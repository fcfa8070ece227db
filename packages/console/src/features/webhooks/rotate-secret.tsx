import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'
import type { Endpoint } from './queries.ts'
import { SecretDialog } from './secret-dialog.tsx'

const overlaps = [
  { seconds: 0, label: 'Immediately', hint: 'The old secret stops working immediately.' },
  { seconds: 3600, label: '1 hour', hint: 'Both secrets sign for one hour.' },
  { seconds: 86_400, label: '24 hours', hint: 'Both secrets sign for a day.' },
  { seconds: 604_800, label: '7 days', hint: 'Both secrets sign for a week.' },
] as const

/** Rotate Secret: a new one, shown once, and how long the old one still signs beside it. */
export function RotateSecret({ app, endpoint, onClose }: { readonly app: string; readonly endpoint: Endpoint; onClose(): void }) {
  const queries = useQueryClient()
  const [grace, setGrace] = useState<number>(0)
  const rotate = useMutation({
    mutationFn: () => api.endpoint.rotateSecret(app, endpoint.id, { gracePeriodSeconds: grace }, { with_secret: true }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['endpoint-secrets', app, endpoint.id] }),
  })
  if (rotate.data)
    return <SecretDialog app={app} endpoint={endpoint.id} secret={rotate.data.secret} profile={endpoint.signing} onDone={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rotate the secret?"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate Secret
          </Button>
        </>
      }
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-2 font-medium">The old secret ends</legend>
        {overlaps.map(({ seconds, label, hint }) => (
          <label key={seconds} className="flex min-h-6 items-start gap-2">
            <input
              type="radio"
              name="overlap"
              className="mt-0.5 size-4 accent-accent"
              checked={grace === seconds}
              onChange={() => setGrace(seconds)}
            />
            <span>
              {label}
              <span className="block text-xs text-text-3">{hint}</span>
            </span>
          </label>
        ))}
        <p className="text-text-2">Retries that wait are signed with the new one.</p>
        {rotate.error !== null && <Note kind="fail" title={wordsOf(rotate.error).detail} />}
      </fieldset>
    </Dialog>
  )
}
