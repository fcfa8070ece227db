import { Link, type LinkProps } from '@tanstack/react-router'
import { bytes } from '../../lib/amounts.ts'
import { classNames } from '../../lib/class-names.ts'
import type { Rows } from '../../lib/keyset.ts'
import { Arriving } from '../../ui/arriving.tsx'
import { ErrorState, NoMatch, SkeletonRows } from '../../ui/states.tsx'
import { HttpCode, StatusMark } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import type { RequestRow } from './queries.ts'
import type { ReactNode } from 'react'

interface Props {
  readonly list: Rows<RequestRow>
  readonly open: string | undefined
  /** Of listeners, where the list is of several. */
  readonly names?: ReadonlyMap<string, string> | undefined
  linkTo(id: string): LinkProps
  readonly onClear: (() => void) | undefined
  readonly empty: ReactNode
}

/** A narrow list beside the inspector: two lines a request, and the listener where there are several. */
export function RequestList({ list, open, names, linkTo, onClear, empty }: Props) {
  if (list.loading) return <SkeletonRows />
  if (list.error !== null) return <ErrorState error={list.error} onRetry={list.retry} />
  if (list.rows.length === 0) return onClear === undefined ? empty : <NoMatch what="request" filters={[]} onClear={onClear} />
  return (
    <Arriving arrivals={list.arrivals}>
      <ul aria-label="Requests" className="min-h-0 flex-1 overflow-y-auto">
        {list.rows.map((request) => (
          <li key={request.id}>
            <Link
              {...linkTo(request.id)}
              aria-current={request.id === open ? 'true' : undefined}
              className={classNames(
                'flex flex-col gap-0.5 border-b border-l-2 border-b-line px-4 py-2 focus-visible:-outline-offset-2',
                request.id === open ? 'border-l-accent-mark bg-selected' : 'border-l-unmarked hover:bg-hover',
              )}
            >
              <span className="flex items-center justify-between gap-3">
                <span className="flex items-center gap-2">
                  <StatusMark status={request.status} />
                  {request.origin !== null && (
                    <span className="rounded-sm bg-idle-tint px-1.5 text-xs text-idle-text">
                      {request.origin.kind === 'edited' ? 'edited copy' : 'by hand'}
                    </span>
                  )}
                </span>
                <Time at={request.receivedAt} />
              </span>
              <span className="flex items-center justify-between gap-3 text-xs text-text-2">
                <span className="clip font-mono">
                  {request.eventType ?? request.reason?.replaceAll('_', ' ') ?? `${request.method} ${request.path}`}
                </span>
                <span className="num flex shrink-0 gap-2 font-mono">
                  {bytes(request.bodyBytes)}
                  {request.status === 'duplicate' && request.replyStatus === null ? (
                    <span className="font-sans text-text-3">as the first</span>
                  ) : (
                    <HttpCode code={request.replyStatus} />
                  )}
                </span>
              </span>
              {names !== undefined && (
                <span className="clip text-xs text-text-3">{names.get(request.listenerId ?? '') ?? 'A listener that was deleted'}</span>
              )}
            </Link>
          </li>
        ))}
        {list.more !== undefined && (
          <li className="p-3">
            <button
              type="button"
              disabled={list.more.loading}
              onClick={list.more.load}
              className="min-h-target font-medium text-accent-text hover:underline"
            >
              {list.more.loading ? 'Loading' : 'Older requests'}
            </button>
          </li>
        )}
      </ul>
    </Arriving>
  )
}
