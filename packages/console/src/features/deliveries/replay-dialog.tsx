import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { count, counted } from '../../lib/amounts.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Facts } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { type Filter, filterWords } from './replay-filter.ts'

interface Props {
  readonly app: string
  readonly filter: Filter
  readonly hosts: ReadonlyMap<string, string>
  onClose(): void
}

const RATE_MAX = 1000

const phrase = (...words: readonly string[]): string => words.filter((word) => word !== '').join(' ')
const replayWords = {
  act: (what: string) => phrase('Replay', what),
  none: 'Nothing that has ended matches. What waits for a later try is found by the status Waiting.',
}
const tryWords = {
  act: (what: string) => phrase('Try', what, 'now'),
  none: 'Nothing waits for a later try. What is due, throttled or held is sent by itself.',
}

/** Replays what matches, or tries it now where it waits for a later try: first it is counted, then it begins, and its page shows how far it is. */
export function ReplayDialog({ app, filter: given, hosts, onClose }: Props) {
  const navigate = useNavigate()
  const [rate, setRate] = useState('50')
  // Taken once: a filter that moves with the time would be another one than was counted.
  const [filter] = useState(given)
  const preview = useQuery({
    queryKey: ['replay preview', app, filter],
    queryFn: async () => {
      const answer = await api.replay.create(app, { filter, dryRun: true })
      return 'sample' in answer ? answer : undefined
    },
    staleTime: 0,
  })
  const perSecond = Number(rate)
  const fault = Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= RATE_MAX ? undefined : `A rate is 1 to ${RATE_MAX} a second.`
  const start = useMutation({
    mutationFn: () => api.replay.create(app, { filter, ratePerSecond: perSecond }),
    onSuccess: (answer) => {
      if ('id' in answer) void navigate({ to: '/a/$app/replays/$replay', params: { app, replay: answer.id } })
    },
  })
  const matched = preview.data?.matched
  const error = preview.error ?? start.error
  const words = filter.status?.every((one) => one === 'waiting') ? tryWords : replayWords
  return (
    <Dialog
      open
      onClose={onClose}
      title={matched === undefined ? `${words.act('')}?` : `${words.act(counted(matched, 'delivery', 'deliveries'))}?`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={start.isPending || matched === undefined || matched === 0 || fault !== undefined}
            onClick={() => start.mutate()}
          >
            {words.act(matched === undefined ? '' : count(matched))}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Facts rows={filterWords(filter, hosts)} />
        <TextField
          label="Deliveries a second"
          value={rate}
          onText={setRate}
          inputMode="numeric"
          fault={fault}
          hint="Slower spares receivers that have just come back."
        />
        {error !== null && <Note kind="fail" title={wordsOf(error).detail} />}
        {matched === 0 && <p className="text-text-2">{words.none}</p>}
        {matched !== undefined && matched > 0 && fault === undefined && (
          <p className="text-text-2">
            {preview.data?.exact === false && `There are at least ${count(matched)}. `}
            This takes about {duration((matched / perSecond) * 1000)}. Receivers see the ids they know.
          </p>
        )}
      </div>
    </Dialog>
  )
}
