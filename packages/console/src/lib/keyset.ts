import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'

interface Page<Row> {
  readonly data: readonly Row[]
  readonly iterator: string | null
  readonly done: boolean
}

/** Rows of a list whose next page begins where the last one ended. */
export interface Rows<Row> {
  readonly rows: readonly Row[]
  readonly loading: boolean
  readonly error: unknown
  readonly more: { readonly loading: boolean; load(): void } | undefined
  retry(): void
}

/**
 * A keyset-paged list, fetched as one scrolls. What was there stays while filters change. A page may come back short, or empty, with
 * more behind it: the server looks through so many rows at a time.
 */
export function useRows<Row>(
  key: readonly unknown[],
  load: (iterator: string | undefined) => Promise<Page<Row>>,
  { everyMs }: { readonly everyMs?: number | undefined } = {},
): Rows<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ done, iterator }) => (done ? undefined : (iterator ?? undefined)),
    placeholderData: keepPreviousData,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  })
  const rows = query.data?.pages.flatMap(({ data }) => data) ?? []
  return {
    rows,
    loading: query.isPending,
    error: query.isPending || rows.length === 0 ? query.error : null,
    more: query.hasNextPage ? { loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() } : undefined,
    retry: () => void query.refetch(),
  }
}
