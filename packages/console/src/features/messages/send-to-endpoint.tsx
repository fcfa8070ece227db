import type { EndpointOut } from '@posthorn/sdk'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { endpointText } from '../../lib/host-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FindField } from '../../ui/find/find-field.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import type { Delivery } from '../deliveries/queries.ts'
import { type Message, messageDeliveriesQuery } from './queries.ts'
import { whyNotWanted } from './why-not-sent.ts'

interface Props {
  readonly app: string
  readonly message: Message
  /** An endpoint that is chosen already; empty: none. */
  readonly endpoint: string
  onClose(): void
}

/** What sending it there would be: once more, for the first time, or nothing, as the endpoint does not want it. */
interface Outlook {
  readonly endpoint: EndpointOut
  readonly before: Delivery | undefined
  readonly wanted: boolean
}

const missedBy = (endpointId: string, message: string) => ({ kind: 'missing' as const, filter: { endpointId, messageIds: [message] } })

const outlookQuery = (app: string, message: string, id: string) =>
  queryOptions({
    queryKey: ['message-endpoint', app, message, id],
    queryFn: async (): Promise<Outlook> => {
      const endpoint = await api.endpoint.get(app, id)
      const before = (await api.delivery.list(app, { message_id: message, endpoint_id: endpoint.id, limit: 1 })).data[0]
      if (before !== undefined || endpoint.disabled) return { endpoint, before, wanted: true }
      const seen = await api.replay.create(app, { ...missedBy(endpoint.id, message), dryRun: true })
      return { endpoint, before, wanted: 'sample' in seen && seen.matched > 0 }
    },
    enabled: id !== '',
    staleTime: 0,
  })

/** Sends a message to one endpoint: once more, or for the first time where it was missed. */
export function SendToEndpoint({ app, message, endpoint: given, onClose }: Props) {
  const queries = useQueryClient()
  const [id, setId] = useState(given)
  const { data: outlook, error } = useQuery(outlookQuery(app, message.id, id))
  const send = useMutation({
    mutationFn: async ({ endpoint, before }: Outlook) => {
      if (before !== undefined) await api.messageAttempt.resend(app, message.id, endpoint.id)
      else await ended(app, await api.replay.create(app, missedBy(endpoint.id, message.id)))
    },
    onSuccess: async (_, { endpoint }) => {
      await queries.invalidateQueries({ queryKey: messageDeliveriesQuery(app, message.id).queryKey })
      say(`On its way to ${endpointText(endpoint)}.`)
      onClose()
    },
  })
  const fault = error ?? send.error
  const goes = outlook !== undefined && outlook.wanted && !outlook.endpoint.disabled
  return (
    <Dialog
      open
      onClose={onClose}
      title="Send to an endpoint"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!goes || send.isPending} onClick={() => outlook !== undefined && send.mutate(outlook)}>
            Send
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FindField app={app} noun="endpoint" label="Endpoint" value={id} none="Choose one" onChoose={(found) => setId(found.id)} />
        <div role="status" className="text-text-2">
          {outlook !== undefined && outlookWords(outlook, message)}
        </div>
        {fault !== null && <Note kind="fail" title={wordsOf(fault).detail} />}
      </div>
    </Dialog>
  )
}

function outlookWords({ endpoint, before, wanted }: Outlook, message: Message): string {
  if (endpoint.disabled) return 'It is disabled. Enable it first, under Webhooks.'
  if (before !== undefined) return 'It was sent there before. One more attempt is made, under the same event id.'
  if (wanted) return 'It never got this message. It gets it now, with retries as usual.'
  return `It does not get it, because it ${whyNotWanted(endpoint, message)}. Change what it subscribes to first.`
}

/** Of one message a replay takes a moment; its delivery is there then. */
async function ended(app: string, replay: Awaited<ReturnType<typeof api.replay.create>>): Promise<void> {
  if (!('id' in replay)) return
  for (let status = replay.status; status === 'running'; status = (await api.replay.get(app, replay.id)).status)
    await new Promise((resolve) => setTimeout(resolve, 200))
}
