import type { ReplayOut } from '@posthorn/sdk'
import { useParams } from '@tanstack/react-router'
import { count } from '../../lib/amounts.ts'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { useNames } from '../../lib/queries/names.ts'
import { LinkButton } from '../../ui/button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { May } from '../../ui/may.tsx'
import { ListBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { CancelReplay } from './cancel-replay.tsx'
import { replaySetWords, replayStatus } from './replay-filter.ts'

/** While one is under way its numbers move. */
const LOOK_MS = 2000

/** What was sent or run again in one go: how far each came, and which can still be ended. */
export function ReplaysPage() {
  const { app } = useParams({ from: '/a/$app/replays' })
  const load = (iterator: string | undefined) => api.replay.list(app, { limit: 50, ...(iterator !== undefined && { iterator }) })
  const list = useRows(['replays', app], load, { everyMs: LOOK_MS })
  const names = {
    hosts: useNames(
      app,
      'endpoint',
      list.rows.map(({ filter }) => filter.endpointId),
    ),
    listeners: useNames(
      app,
      'listener',
      list.rows.map(({ requests }) => requests?.listenerId),
    ),
  }
  const what = (replay: ReplayOut): string => setText(replay, names)
  return (
    <>
      <PageHead
        title="Replays"
        crumbs={[{ label: 'Deliveries', link: { to: '/a/$app/deliveries', params: { app } } }]}
        facts="What was sent or run again in one go, the newest first."
      />
      <ListBody>
        <LogList
          label="Replays"
          noun="replay"
          tall
          list={list}
          columns={columnsOf(app, what)}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/a/$app/replays/$replay', params: { app, replay: id } })}
          rowLabel={(replay) => `${what(replay)}, ${replay.status}`}
          empty={
            <EmptyState
              title="Nothing was replayed yet."
              action={
                <LinkButton to="/a/$app/deliveries" params={{ app }} search={{ status: 'failed' }}>
                  See what failed
                </LinkButton>
              }
              command={`posthorn replay create --app ${app} --data '{ "filter": { "status": ["failed"] } }'`}
            >
              A replay sends deliveries once more, brings an endpoint what it missed, or runs requests again. Choose what in Deliveries,
              Messages or Requests.
            </EmptyState>
          }
        />
      </ListBody>
    </>
  )
}

const kinds: Readonly<Record<string, string>> = { deliveries: 'Deliveries', missing: 'What was missed', requests: 'Requests' }

/** Its set in a line. */
function setText(replay: ReplayOut, names: Parameters<typeof replaySetWords>[1]): string {
  const words = replaySetWords(replay, names).flatMap(([name, value]) => (name === 'Sends' ? [] : [`${name.toLowerCase()} ${value}`]))
  return words.length === 0 ? 'all of them' : words.join(', ')
}

const columnsOf = (app: string, what: (replay: ReplayOut) => string): readonly Column<ReplayOut>[] => [
  { name: 'status', head: 'Status', width: '130px', cell: ({ status }) => <StatusMark {...replayStatus(status)} /> },
  {
    name: 'what',
    head: 'What',
    cell: (replay) => (
      <span className="flex min-w-0 flex-col">
        <span className="clip font-medium">{kinds[replay.kind] ?? replay.kind}</span>
        <span className="clip text-xs text-text-2">{what(replay)}</span>
      </span>
    ),
  },
  {
    name: 'queued',
    head: 'Queued',
    width: '140px',
    align: 'right',
    cell: ({ queued, matched }) => (queued === matched ? count(queued) : `${count(queued)} of ${count(matched)}`),
  },
  { name: 'skipped', head: 'Left out', width: '100px', align: 'right', gives: 'narrow', cell: ({ skipped }) => count(skipped) },
  {
    name: 'rate',
    head: 'Rate',
    width: '120px',
    align: 'right',
    gives: 'narrow',
    cell: ({ ratePerSecond }) => `${count(ratePerSecond)} a second`,
  },
  {
    name: 'reached',
    head: 'Looked up to',
    width: '130px',
    align: 'right',
    gives: 'narrow',
    cell: ({ reached }) => (reached === null ? '' : <Time at={reached} />),
  },
  { name: 'started', head: 'Started', width: '130px', align: 'right', phone: 'right', cell: ({ startedAt }) => <Time at={startedAt} /> },
  {
    name: 'actions',
    head: <span className="sr-only">Actions</span>,
    width: '96px',
    align: 'right',
    cell: ({ id, status }) =>
      status === 'running' && (
        <May>
          <InRow>
            <CancelReplay small app={app} id={id} />
          </InRow>
        </May>
      ),
  },
]
