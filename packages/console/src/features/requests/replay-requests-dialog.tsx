import type { RequestReplayAllIn } from '@posthorn/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { count, counted } from '../../lib/amounts.ts'
import { requestSetWords } from './request-set-words.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Facts } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'

type Filter = RequestReplayAllIn['filter']

interface Props {
  readonly app: string
  /** Taken once: one that moves with the time would be another one than was counted. */
  readonly filter: Omit<Filter, 'listenerId'> & { readonly listenerId?: string | undefined }
  /** Of listeners by id: whose requests run may be chosen where the filter does not say it. */
  readonly names: ReadonlyMap<string, string>
  onClose(): void
}

const RATE_MAX = 1000
/** No listener has this id. */
const ALL = 'all'

/** Replays the accepted requests that match: first they are counted, then it begins, and its page shows how far it is. */
export function ReplayRequestsDialog({ app, filter: given, names, onClose }: Props) {
  const navigate = useNavigate()
  const [rest] = useState(given)
  const [listener, setListener] = useState(given.listenerId ?? ALL)
  const [rate, setRate] = useState('50')
  const { listenerId: _, ...others } = rest
  const filter: Filter = { ...others, ...(listener !== ALL && { listenerId: listener }) }
  const preview = useQuery({
    queryKey: ['replay requests preview', app, filter],
    queryFn: async () => {
      const answer = await api.request.replayAll(app, { filter, dryRun: true })
      return 'sample' in answer ? answer : undefined
    },
    staleTime: 0,
  })
  const perSecond = Number(rate)
  const fault = Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= RATE_MAX ? undefined : `A rate is 1 to ${RATE_MAX} a second.`
  const start = useMutation({
    mutationFn: () => api.request.replayAll(app, { filter, ratePerSecond: perSecond }),
    onSuccess: (answer) => {
      if ('id' in answer) void navigate({ to: '/a/$app/replays/$replay', params: { app, replay: answer.id } })
    },
  })
  const matched = preview.error === null ? preview.data?.matched : undefined
  const error = preview.error ?? start.error
  return (
    <Dialog
      open
      onClose={onClose}
      title={matched === undefined ? 'Replay?' : `Replay ${counted(matched, 'request')}?`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={start.isPending || matched === undefined || matched === 0 || fault !== undefined}
            onClick={() => start.mutate()}
          >
            {matched === undefined ? 'Replay' : `Replay ${count(matched)}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {given.listenerId === undefined && (
          <SelectField
            label="Listener"
            options={[{ value: ALL, label: 'All listeners' }, ...[...names].map(([value, label]) => ({ value, label }))]}
            value={listener}
            onValue={(next) => setListener(next)}
          />
        )}
        <Facts rows={requestSetWords({ ...filter, ...(given.listenerId === undefined && { listenerId: undefined }) }, names)} />
        <TextField
          label="Requests a second"
          value={rate}
          onText={setRate}
          inputMode="numeric"
          fault={fault}
          hint="Slower leaves room for what arrives meanwhile."
        />
        {error !== null && <Note kind="fail" title={wordsOf(error).detail} />}
        {matched === 0 && <p className="text-text-2">No accepted request matches. Copies and refused ones are not replayed.</p>}
        {matched !== undefined && matched > 0 && fault === undefined && (
          <p className="text-text-2">
            {preview.data?.exact === false && `There are at least ${count(matched)}. `}
            This takes about {duration((matched / perSecond) * 1000)}, and{' '}
            {preview.data?.flows.length === 1 ? 'one flow runs' : `${preview.data?.flows.length} flows run`} with each, as published now.
          </p>
        )}
      </div>
    </Dialog>
  )
}
