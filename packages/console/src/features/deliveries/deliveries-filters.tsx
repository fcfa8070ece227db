import { shortId } from '../../lib/ids.ts'
import { chosen, joined, listOf, oneOf } from '../../lib/search.ts'
import { FilterChip, GivenChip, SearchBox, TimeRangeChip, TookChip } from '../../ui/filters.tsx'
import { EventTypeChip } from '../../ui/find/event-type-chip.tsx'
import { FindChip } from '../../ui/find/find-chip.tsx'
import { SavedViews } from '../../ui/views/saved-views.tsx'
import { statusOf } from '../../ui/status.tsx'
import { type DeliveriesSearch, deliveriesSearch, deliveryClasses } from './search.ts'

const statuses = ['waiting', 'sending', 'throttled', 'held', 'delivered', 'failed', 'cancelled'] as const
const classNames: Readonly<Record<string, string>> = { 0: 'No answer', 100: '1xx', 200: '2xx', 300: '3xx', 400: '4xx', 500: '5xx' }

interface Props {
  readonly app: string
  readonly search: DeliveriesSearch
  onChange(search: DeliveriesSearch): void
}

/** What narrows the list of deliveries. All of it stands in the address. */
export function DeliveriesFilters({ app, search, onChange }: Props) {
  const set = (change: { readonly [Name in keyof DeliveriesSearch]: DeliveriesSearch[Name] | undefined }): void =>
    onChange(chosen({ ...search, ...change }))
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox value={search.q ?? ''} placeholder="Id, or text of the payload" onChange={(q) => set({ q: q === '' ? undefined : q })} />
      <FilterChip
        label="Status"
        options={statuses.map((value) => ({ value, label: statusOf(value).word }))}
        values={listOf(search.status)}
        onChange={(values) => set({ status: joined(values) })}
      />
      <EventTypeChip app={app} value={search.type} onChange={(type) => set({ type })} />
      <FindChip app={app} noun="endpoint" label="Endpoint" value={search.endpoint} onChange={(endpoint) => set({ endpoint })} />
      <FilterChip
        label="Code"
        options={deliveryClasses.map((value) => ({ value, label: classNames[value] }))}
        values={listOf(search.class)}
        onChange={(values) => set({ class: oneOf(values.at(-1), deliveryClasses) })}
      />
      <GivenChip label="Failure" value={search.failure?.replaceAll('_', ' ')} onRemove={() => set({ failure: undefined })} />
      <GivenChip label="Message" value={search.message && shortId(search.message)} onRemove={() => set({ message: undefined })} />
      <GivenChip label="Run" value={search.run && shortId(search.run)} onRemove={() => set({ run: undefined })} />
      <TookChip value={search.took} onChange={(took) => set({ took })} />
      <TimeRangeChip search={search} onChange={set} />
      <SavedViews app={app} list="deliveries" search={search} onChoose={(filters) => onChange(deliveriesSearch(filters))} />
    </div>
  )
}
