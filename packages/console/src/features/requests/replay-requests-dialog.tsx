import type { RequestReplayAllIn, RequestReplayAllOut } from '@posthorn/sdk'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { FindChip } from '../../ui/find/find-chip.tsx'
import { Facts } from '../../ui/page.tsx'
import { ReplayDialog } from '../deliveries/replay-dialog.tsx'
import { requestSetWords } from './request-set-words.ts'

type Filter = RequestReplayAllIn['filter']

interface Props {
  readonly app: string
  /** Taken once: one that moves with the time would be another one than was counted. */
  readonly filter: Omit<Filter, 'listenerId'> & { readonly listenerId?: string | undefined }
  /** Of listeners by id. Whose requests run may be chosen where the filter does not say it. */
  readonly names: ReadonlyMap<string, string>
  onClose(): void
}

const words = {
  ...{ one: 'request', rate: 'Requests a second' },
  act: (what: string) => (what === '' ? 'Replay' : `Replay ${what}`),
  rateHint: 'Slower leaves room for what arrives meanwhile.',
  none: 'No accepted request matches. Copies and refused ones are not replayed.',
  effect: ({ flows }: RequestReplayAllOut) =>
    `, and ${flows.length === 1 ? 'one flow runs' : `${flows.length} flows run`} with each, as published now.`,
}

/** Replays the accepted requests that match. */
export function ReplayRequestsDialog({ app, filter: given, names, onClose }: Props) {
  const [rest] = useState(given)
  const [listener, setListener] = useState(given.listenerId)
  const { listenerId: _, ...others } = rest
  const filter: Filter = { ...others, ...(listener !== undefined && { listenerId: listener }) }
  return (
    <ReplayDialog
      app={app}
      queryKey={['replay requests preview', app, filter]}
      words={words}
      replay={(how) => api.request.replayAll(app, { filter, ...how })}
      onClose={onClose}
    >
      {given.listenerId === undefined && given.requestIds === undefined && (
        <div>
          <FindChip app={app} noun="listener" label="Of one listener only" value={listener} onChange={setListener} />
        </div>
      )}
      <Facts rows={requestSetWords({ ...filter, ...(given.listenerId === undefined && { listenerId: undefined }) }, names)} />
    </ReplayDialog>
  )
}
