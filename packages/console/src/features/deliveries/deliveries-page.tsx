import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/me.ts'
import { useNames } from '../../lib/queries/names.ts'
import { useRows } from '../../lib/keyset.ts'
import { chosen } from '../../lib/search.ts'
import { surface } from '../../lib/surface.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { AnyTime } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { PageHead } from '../../ui/page.tsx'
import { Split } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DeliveriesFilters } from './deliveries-filters.tsx'
import { deliveryColumns, receiverText } from './delivery-columns.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { useSelection } from '../../ui/select/selection.ts'
import { SelectedDeliveries } from './selected-deliveries.tsx'
import { deliveryFilter } from './queries.ts'
import { ReplayDeliveries } from './replay-deliveries.tsx'
import { replayFilter } from './replay-filter.ts'
import type { DeliveriesSearch } from './search.ts'

/** In the address, and no filter. */
const notFilters = new Set(['open', 'attempt', 'tab', 'range'])

/** What is not delivered, why, and what happens next. */
export function DeliveriesPage() {
  const { app } = useParams({ from: '/a/$app/deliveries' })
  const search = useSearch({ from: '/a/$app/deliveries' })
  const navigate = useNavigate({ from: '/a/$app/deliveries' })
  const filter = deliveryFilter(search)
  const load = (iterator: string | undefined) => api.delivery.list(app, { ...filter, ...(iterator !== undefined && { iterator }) })
  const list = useRows(['deliveries', app, filter], load, { live: { topic: 'delivery' } })
  const hosts = useNames(app, 'endpoint', [search.endpoint, ...list.rows.map(({ endpointId }) => endpointId)])
  const flows = useNames(
    app,
    'flow',
    list.rows.map(({ flowId }) => flowId),
    { enabled: !surface.isPortal },
  )
  const set = (search: DeliveriesSearch): void => void navigate({ search, replace: true })
  const clear = (): void => set(Object.fromEntries(Object.entries(search).filter(([name]) => notFilters.has(name))))
  const { open, attempt, tab, ...unopened } = search
  const selection = useSelection(['deliveries', app, { ...unopened }])
  const mayChange = useMay('change')
  const [replaying, setReplaying] = useState(false)

  return (
    <>
      <PageHead
        // The portal's tab is called as the founding documents have it.
        title={surface.isPortal ? 'Delivery logs' : 'Deliveries'}
        line
        actions={
          <>
            {!surface.isPortal && (
              <LinkButton to="/a/$app/replays" params={{ app }}>
                Replays
              </LinkButton>
            )}
            <Button onClick={() => setReplaying(true)}>
              <RotateCw aria-hidden />
              Replay all that match
            </Button>
          </>
        }
      >
        <DeliveriesFilters app={app} search={search} onChange={set} />
      </PageHead>
      {replaying && <ReplayDeliveries app={app} filter={replayFilter(unopened)} hosts={hosts} onClose={() => setReplaying(false)} />}
      <Split
        panel={
          open !== undefined && (
            <DeliveryPanel
              key={open}
              app={app}
              id={open}
              attempt={attempt}
              tab={tab ?? 'request'}
              onChange={(change) => set({ ...search, ...change })}
              onClose={() => void navigate({ search: unopened })}
            />
          )
        }
      >
        <LogList
          label="Deliveries"
          noun="delivery"
          list={list}
          columns={deliveryColumns(app, hosts, flows)}
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/a/$app/deliveries', params: { app }, search: { ...unopened, open: id } })}
          rowLabel={(row) => `${row.eventType} to ${receiverText(row, hosts)}, ${row.status}`}
          selected={open}
          selection={mayChange ? selection : undefined}
          beside={open !== undefined}
          {...(Object.keys(search).some((name) => !notFilters.has(name)) && { onClearFilters: clear })}
          empty={
            <EmptyState
              title="Nothing was sent in this time."
              {...(!surface.isPortal && {
                action: (
                  <LinkButton to="/a/$app/messages" params={{ app }} search={{ send: 'message' }}>
                    Send a message
                  </LinkButton>
                ),
              })}
              also={<AnyTime search={search} onChange={(time) => set(chosen({ ...search, ...time }))} />}
              command={`posthorn message create --app ${app} --data '{ "eventType": "invoice.paid", "payload": {} }'`}
            >
              A delivery is one event on its way to one endpoint. Send a message, or let a flow send one; it appears here by itself.
            </EmptyState>
          }
        />
        <SelectedDeliveries app={app} selection={selection} hosts={hosts} />
      </Split>
    </>
  )
}
