import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { count } from '../../lib/amounts.ts'
import { api } from '../../lib/api.ts'
import { shortId } from '../../lib/ids.ts'
import { useRows } from '../../lib/keyset.ts'
import { useMay } from '../../lib/me.ts'
import { chosen, listOf } from '../../lib/search.ts'
import { boundsOf } from '../../lib/time-range.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { AnyTime, GivenChip, SearchBox, TimeRangeChip } from '../../ui/filters.tsx'
import { EventTypeChip } from '../../ui/find/event-type-chip.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { May } from '../../ui/may.tsx'
import { PageHead } from '../../ui/page.tsx'
import { useSelection } from '../../ui/select/selection.ts'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { SavedViews } from '../../ui/views/saved-views.tsx'
import type { Message } from './queries.ts'
import { type MessagesSearch, messagesSearch } from './search.ts'
import { SelectedMessages } from './selected-messages.tsx'
import { SendMessage } from './send-message.tsx'

/** Which events there were, of what type, and what they carried. */
export function MessagesPage() {
  const { app } = useParams({ from: '/a/$app/messages' })
  const search = useSearch({ from: '/a/$app/messages' })
  const navigate = useNavigate({ from: '/a/$app/messages' })
  const filter = {
    limit: 50,
    with_content: false,
    with_deliveries: true,
    ...(search.type !== undefined && { event_types: [...listOf(search.type)] }),
    ...(search.tag !== undefined && { tag: search.tag }),
    ...(search.channel !== undefined && { channel: search.channel }),
    ...boundsOf(search),
  }
  const load = (iterator: string | undefined) => api.message.list(app, { ...filter, ...(iterator && { iterator }) })
  const list = useRows(['messages', app, filter], load, {
    live: { topic: 'message', changedBy: (event) => (event.topic === 'delivery' ? event.row?.messageId : undefined) },
  })
  const set = (change: { readonly [Name in keyof MessagesSearch]: MessagesSearch[Name] | undefined }): void =>
    void navigate({ search: chosen({ ...search, ...change }), replace: true })
  const { send: _, ...filters } = search
  const selection = useSelection(['messages', app, filters])
  const mayChange = useMay('change')
  const filtered = ['type', 'tag', 'channel'].some((name) => name in search)
  const send = (
    <Button kind="primary" onClick={() => set({ send: 'message' })}>
      <Send aria-hidden />
      Send a message
    </Button>
  )
  return (
    <>
      <PageHead title="Messages" actions={send} line>
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox value={search.tag ?? ''} placeholder="Tag" onChange={(tag) => set({ tag: tag === '' ? undefined : tag })} />
          <EventTypeChip app={app} value={search.type} onChange={(type) => set({ type })} />
          <GivenChip label="Channel" value={search.channel} onRemove={() => set({ channel: undefined })} />
          <TimeRangeChip search={search} onChange={set} />
          <SavedViews
            app={app}
            list="messages"
            search={search}
            onChoose={(filters) => void navigate({ search: messagesSearch(filters) })}
          />
        </div>
      </PageHead>
      <LogList
        label="Messages"
        noun="message"
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        rowLink={({ id }) => ({ to: '/a/$app/messages/$message', params: { app, message: id } })}
        rowLabel={({ eventType, id }) => `${eventType}, ${shortId(id)}`}
        selection={mayChange ? selection : undefined}
        {...(filtered && { onClearFilters: () => set({ type: undefined, tag: undefined, channel: undefined }) })}
        empty={
          <EmptyState
            title="No events in this time."
            action={send}
            also={<AnyTime search={search} onChange={set} />}
            command={`posthorn message create --app ${app} --data '{ "eventType": "invoice.paid", "payload": {} }'`}
          >
            A message is one event, recorded once and sent to every endpoint that wants its type.
          </EmptyState>
        }
      />
      <SelectedMessages app={app} selection={selection} />
      {search.send !== undefined && (
        <May>
          <SendMessage app={app} onClose={() => set({ send: undefined })} />
        </May>
      )}
    </>
  )
}

const columns: readonly Column<Message>[] = [
  { name: 'type', head: 'Event type', cell: ({ eventType }) => <span className="font-mono">{eventType}</span> },
  {
    name: 'event',
    head: 'Event id',
    gives: 'narrow',
    cell: ({ eventId, id }) => <span className="font-mono text-text-2">{eventId ?? shortId(id)}</span>,
  },
  { name: 'tags', head: 'Tags', gives: 'narrow', cell: ({ tags }) => <span className="text-text-2">{tags?.join(', ') ?? ''}</span> },
  {
    name: 'channels',
    head: 'Channels',
    gives: 'narrow',
    cell: ({ channels }) => <span className="text-text-2">{channels?.join(', ') ?? ''}</span>,
  },
  {
    ...{ name: 'deliveries', head: 'Delivered', width: '120px', phone: 'right' },
    cell: ({ deliveries }) => deliveries && <Delivered {...deliveries} />,
  },
  { name: 'made', head: 'Made', width: '120px', align: 'right', cell: ({ timestamp }) => <Time at={timestamp} /> },
]

/** "3 of 4": quiet when all got it, loud when one will not. */
function Delivered({ all, delivered, failed, cancelled }: NonNullable<Message['deliveries']>) {
  if (all === 0) return <span className="text-text-3">to nobody</span>
  const left = all - delivered - failed - cancelled
  const status = failed > 0 ? 'failed' : left > 0 ? 'waiting' : cancelled > 0 ? 'cancelled' : 'delivered'
  return <StatusMark status={status} word={`${count(delivered)} of ${count(all)}`} />
}
