import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import type { Page } from './list-page.ts'
import { type Arrivals, type Live, useLiveRows } from './live-rows.ts'

/** Rows of a list whose next page begins where the last one ended. */
export interface Rows<Row> {
  readonly rows: readonly Row[]
  readonly loading: boolean
  readonly error: unknown
  readonly more: { readonly loading: boolean; load(): void } | undefined
  retry(): void
  /** Of a live list. */
  readonly arrivals?: Arrivals
}

/**
 * A keyset-paged list, fetched as one scrolls. What was there stays while filters change. A page may come back short, or empty, with
 * more behind it: the server looks through so many rows at a time.
 */
export function useRows<Row>(
  key: readonly unknown[],
  load: (iterator: string | undefined) => Promise<Page<Row>>,
  { everyMs, live }: { readonly everyMs?: number | undefined; readonly live?: Live<Row & { readonly id: string }> | undefined } = {},
): Rows<Row> {
  const cached = useQueryClient().getQueryData<InfiniteData<Page<Row>>>(key)
  const pages = cached?.pages.length ?? 0
  const { refetchInterval, arrivals } = useLiveRows(key, live, pages)
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ done, iterator }) => (done ? undefined : (iterator ?? undefined)),
    placeholderData: keepPreviousData,
    // With further pages open all of them would be read again, each after the other.
    refetchInterval: pages <= 1 && (everyMs ?? refetchInterval),
  })
  const rows = query.data?.pages.flatMap(({ data }) => data) ?? []
  return {
    rows,
    loading: query.isPending,
    error: query.isPending || rows.length === 0 ? query.error : null,
    more: query.hasNextPage ? { loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() } : undefined,
    retry: () => void query.refetch(),
    ...(live !== undefined && { arrivals }),
  }
}
