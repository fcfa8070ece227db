import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { endpointText } from '../../lib/host-text.ts'
import { useNames } from '../../lib/queries/names.ts'
import { shortId } from '../../lib/ids.ts'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { CopyableId, CopyButton } from '../../ui/copy-button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { May } from '../../ui/may.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Facts, PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { deliveryColumns } from '../deliveries/delivery-columns.tsx'
import { ErasePayload } from './erase-payload.tsx'
import {
  DELIVERIES_MAX,
  ENDPOINTS_MAX,
  endpointsQuery,
  type Message,
  messageDeliveriesQuery,
  messageQuery,
  unknownTypeQuery,
} from './queries.ts'
import { SendToEndpoint } from './send-to-endpoint.tsx'
import { mayGet, whyNotSent } from './why-not-sent.ts'

/** One event: what it carried, who got it, who did not. */
export function MessagePage() {
  const { app, message: id } = useParams({ from: '/a/$app/messages/$message' })
  const { data, error, refetch } = useQuery(messageQuery(app, id))
  // To which endpoint it is about to be sent; empty: one is yet to be chosen.
  const [sending, setSending] = useState<string>()
  return (
    <>
      <PageHead
        title={data?.eventType ?? 'Message'}
        tabTitle={`${data?.eventType ?? 'Message'} ${shortId(id)}`}
        crumbs={[{ label: 'Messages', link: { to: '/a/$app/messages', params: { app } } }]}
        facts={<CopyableId id={id} />}
        actions={
          data !== undefined &&
          !isGone(data) && (
            <Button data-key="r" onClick={() => setSending('')}>
              <Send aria-hidden />
              Send to an endpoint
            </Button>
          )
        }
        line
      />
      <PageBody>
        {data === undefined ? (
          error === null ? (
            <SkeletonRows />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <MessageView app={app} message={data} onSend={setSending} />
        )}
      </PageBody>
      {sending !== undefined && data !== undefined && (
        <SendToEndpoint app={app} message={data} endpoint={sending} onClose={() => setSending(undefined)} />
      )}
    </>
  )
}

/** So the API says that its payload is no longer kept. */
const isGone = ({ payload }: Message): boolean => JSON.stringify(payload) === JSON.stringify({ expired: true })

interface ViewProps {
  readonly app: string
  readonly message: Message
  /** To an endpoint by its id. */
  onSend(endpoint: string): void
}

function MessageView({ app, message, onSend }: ViewProps) {
  const payload = JSON.stringify(message.payload, null, 2)
  return (
    <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <SentTo app={app} message={message} onSend={onSend} />
        <Card
          title="Payload"
          {...(!isGone(message) && {
            aside: (
              <span className="flex gap-2">
                <May>
                  <ErasePayload app={app} id={message.id} />
                </May>
                <CopyButton text={payload}>Copy</CopyButton>
              </span>
            ),
          })}
        >
          {isGone(message) ? (
            <p className="text-text-2">It is no longer kept. Send the event again as a new message, if it is needed.</p>
          ) : (
            <CodeView json label="Payload" text={payload} maxHeight="60vh" />
          )}
        </Card>
      </div>
      <Card title="Event">
        <Facts
          rows={[
            [
              'Type',
              <code key="type" className="font-mono">
                {message.eventType}
              </code>,
            ],
            ['Made', <Time key="made" at={message.timestamp} />],
            ['Event id', message.eventId ?? 'none'],
            ['Tags', message.tags?.join(', ') ?? 'none'],
            ['Channels', message.channels?.join(', ') ?? 'none'],
          ]}
        />
      </Card>
    </div>
  )
}

/** The rest of a delivery stands on its own page; the receiver needs the room. */
const shown = new Set(['status', 'endpoint', 'answer', 'next'])

function SentTo({ app, message, onSend }: ViewProps) {
  const deliveries = useQuery(messageDeliveriesQuery(app, message.id))
  const { data: endpoints = [], done = true } = useQuery(endpointsQuery(app)).data ?? {}
  const rows = deliveries.data?.data
  const names = useNames(app, 'endpoint', rows?.map(({ endpointId }) => endpointId) ?? [])
  // Of those whose delivery may stand on a further page nothing is said.
  const isWhole = deliveries.data?.done === true
  const without = endpoints.filter(({ id }) => isWhole && rows !== undefined && !rows.some(({ endpointId }) => endpointId === id))
  return (
    <Card title="Sent to" flush>
      {rows === undefined ? (
        <SkeletonRows rows={3} />
      ) : rows.length === 0 ? (
        <Nobody eventType={message.eventType} none={endpoints.length === 0} />
      ) : (
        <DataTable
          label="Deliveries of this message"
          scrolls={false}
          columns={deliveryColumns(app, names, new Map()).filter(({ name }) => shown.has(name))}
          rows={rows}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/a/$app/deliveries/$delivery', params: { app, delivery: id } })}
          rowLabel={({ endpointId, status }) => `${names.get(endpointId ?? '') ?? 'an endpoint'}, ${status}`}
        />
      )}
      {deliveries.data?.done === false && (
        <p className="border-t border-line px-4 py-3 text-text-2">
          The first {DELIVERIES_MAX} stand here.{' '}
          <Link
            to="/a/$app/deliveries"
            params={{ app }}
            search={{ message: message.id, range: 'all' }}
            className="font-medium text-accent-text hover:underline"
          >
            All deliveries of this message
          </Link>
        </p>
      )}
      {without.length > 0 && (
        <div className="border-t border-line px-4 py-3 text-text-2">
          <p>Not sent to</p>
          <ul>
            {without.map((endpoint) => (
              <li key={endpoint.id}>
                <span className="text-text">{endpointText(endpoint)}</span>, which {whyNotSent(endpoint, message)}
                {!isGone(message) && mayGet(endpoint, message) && (
                  <May>
                    {'. '}
                    <button
                      type="button"
                      onClick={() => onSend(endpoint.id)}
                      className="min-h-target font-medium text-accent-text hover:underline"
                    >
                      Send it there
                    </button>
                  </May>
                )}
              </li>
            ))}
            {!done && <li>and others: only the first {ENDPOINTS_MAX} endpoints are looked at here</li>}
          </ul>
        </div>
      )}
    </Card>
  )
}

/** Most often the name of its type is misspelt. */
function Nobody({ eventType, none }: { readonly eventType: string; readonly none: boolean }) {
  const unknown = useQuery(unknownTypeQuery(eventType)).data
  return (
    <div className="flex flex-col gap-2 p-4">
      <p className="text-text-2">{none ? 'There is no endpoint yet that could get it.' : 'No endpoint wanted this event.'}</p>
      {unknown && <Note kind="wait" title={unknown} />}
    </div>
  )
}
