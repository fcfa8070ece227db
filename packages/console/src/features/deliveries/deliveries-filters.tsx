import { chosen, joined, listOf, oneOf } from '../../lib/search.ts'
import { rangeOf } from '../../lib/range-search.ts'
import { clockTime } from '../../lib/time.ts'
import { timeRanges } from '../../lib/time-range.ts'
import { ChoiceChip, FilterChip, SearchBox, TookChip } from '../../ui/filters.tsx'
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
  const stretch = stretchWords(search)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox value={search.q ?? ''} placeholder="Id, or text of the payload" onChange={(q) => set({ q: q === '' ? undefined : q })} />
      <FilterChip
        label="Status"
        options={statuses.map((value) => ({ value, label: statusOf(value).word }))}
        values={listOf(search.status)}
        onChange={(values) => set({ status: joined(values) })}
      />
      <FindChip app={app} noun="endpoint" label="Endpoint" value={search.endpoint} onChange={(endpoint) => set({ endpoint })} />
      <FilterChip
        label="Code"
        options={deliveryClasses.map((value) => ({ value, label: classNames[value] }))}
        values={listOf(search.class)}
        onChange={(values) => set({ class: oneOf(values.at(-1), deliveryClasses) })}
      />
      <TookChip value={search.took} onChange={(took) => set({ took })} />
      <ChoiceChip
        label="Time range"
        options={stretch === undefined ? timeRanges : [{ value: 'chosen', label: stretch }, ...timeRanges]}
        value={stretch === undefined ? (search.range ?? '24h') : 'chosen'}
        onChange={(range) => {
          if (range !== 'chosen') set({ range: range === '24h' ? undefined : rangeOf(range), after: undefined, before: undefined })
        }}
      />
      <SavedViews app={app} list="deliveries" search={search} onChoose={(filters) => onChange(deliveriesSearch(filters))} />
    </div>
  )
}

/** A stretch that a chart was pressed at: it is none of the ranges. */
function stretchWords({ after, before }: DeliveriesSearch): string | undefined {
  if (after === undefined && before === undefined) return undefined
  const words = [
    after === undefined ? '' : `from ${clockTime(Date.parse(after))}`,
    before === undefined ? '' : `to ${clockTime(Date.parse(before))}`,
  ]
  return words
    .join(' ')
    .trim()
    .replace(/^\w/, (letter) => letter.toUpperCase())
}
