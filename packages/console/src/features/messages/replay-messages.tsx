import { useState } from 'react'
import { counted } from '../../lib/amounts.ts'
import { api } from '../../lib/api.ts'
import { SelectField } from '../../ui/field.tsx'
import { FindField } from '../../ui/find/find-field.tsx'
import { ReplayDialog } from '../deliveries/replay-dialog.tsx'

type To = 'failed' | 'all' | 'missing'

const options: readonly { readonly value: To; readonly label: string }[] = [
  { value: 'failed', label: 'Endpoints where they failed' },
  { value: 'all', label: 'Every endpoint that they went to' },
  { value: 'missing', label: 'An endpoint that missed them' },
]

const words = {
  ...{ one: 'delivery', many: 'deliveries', rate: 'Deliveries a second' },
  act: (what: string) => (what === '' ? 'Send again' : `Send ${what}`),
  rateHint: 'Slower spares receivers that have just come back.',
  effect: () => '. Receivers see the ids they know.',
}
const none: Readonly<Record<To, string>> = {
  failed: 'None of their deliveries failed.',
  all: 'None of their deliveries can be sent again: they are under way, or the payloads are no longer kept.',
  missing: 'This endpoint got all of them, or does not want them: it gets what it subscribes to now.',
}

/** Sends messages that somebody chose once more, or brings them to an endpoint that never got them. */
export function ReplayMessages({ app, messageIds, onClose }: { readonly app: string; readonly messageIds: string[]; onClose(): void }) {
  const [to, setTo] = useState<To>('failed')
  const [endpointId, setEndpoint] = useState('')
  const set =
    to === 'missing'
      ? { kind: 'missing' as const, filter: { messageIds, endpointId } }
      : {
          filter: {
            messageIds,
            status: to === 'failed' ? ['failed' as const] : ['delivered' as const, 'failed' as const, 'cancelled' as const],
          },
        }
  return (
    <ReplayDialog
      app={app}
      queryKey={['replay preview', app, set]}
      words={{ ...words, none: none[to] }}
      ready={to !== 'missing' || endpointId !== ''}
      replay={(how) => api.replay.create(app, { ...set, ...how })}
      onClose={onClose}
    >
      <SelectField
        label={`To which ${counted(messageIds.length, 'message')} go`}
        options={options}
        value={to}
        onValue={(next) => setTo(next)}
      />
      {to === 'missing' && (
        <FindField app={app} noun="endpoint" label="Endpoint" value={endpointId} none="Choose one" onChoose={({ id }) => setEndpoint(id)} />
      )}
    </ReplayDialog>
  )
}
