import type { ComponentProps, ReactNode } from 'react'
import type { Rows } from '../lib/keyset.ts'
import { Arriving } from './arriving.tsx'
import { DataTable } from './data-table.tsx'
import { ErrorState, NoMatch, SkeletonRows } from './states.tsx'

interface Props<Row> extends Omit<ComponentProps<typeof DataTable<Row>>, 'rows' | 'more'> {
  readonly list: Rows<Row>
  /** "delivery": what does not match. */
  readonly noun: string
  /** Set where filters narrow the list: then an empty list is theirs. */
  readonly onClearFilters?: (() => void) | undefined
  /** What stands here before there is anything. */
  readonly empty: ReactNode
}

/** A list in each of its states: loading, failed, nothing yet, nothing that matches, rows. */
export function LogList<Row>({ list, noun, onClearFilters, empty, ...table }: Props<Row>) {
  if (list.loading) return <SkeletonRows />
  if (list.error !== null) return <ErrorState error={list.error} onRetry={list.retry} />
  // A page may come back empty with more behind it; then the next one is on its way.
  if (list.rows.length === 0 && list.more !== undefined) return <LookingOn {...list.more} />
  if (list.rows.length === 0) return onClearFilters === undefined ? empty : <NoMatch what={noun} onClear={onClearFilters} />
  return (
    <Arriving arrivals={list.arrivals}>
      <DataTable {...table} rows={list.rows} more={list.more} />
    </Arriving>
  )
}

function LookingOn({ loading, load }: { readonly loading: boolean; load(): void }) {
  return (
    <div className="flex items-center gap-3 px-6 py-10 text-text-2">
      Nothing so far, and older rows are left to look through.
      <button type="button" disabled={loading} onClick={load} className="min-h-target font-medium text-accent-text hover:underline">
        {loading ? 'Looking' : 'Look further'}
      </button>
    </div>
  )
}
