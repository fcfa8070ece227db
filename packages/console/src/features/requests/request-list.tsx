import { Link, type LinkProps } from '@tanstack/react-router'
import { bytes } from '../../lib/amounts.ts'
import { classNames } from '../../lib/class-names.ts'
import { duration } from '../../lib/time.ts'
import type { Rows } from '../../lib/keyset.ts'
import { Arriving } from '../../ui/arriving.tsx'
import { moveByKeys, RowBox } from '../../ui/select/row-keys.tsx'
import type { Selection } from '../../ui/select/selection.ts'
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
  /** Requests can be chosen, to do something with all of them. */
  readonly selection: Selection | undefined
  linkTo(id: string): LinkProps
  readonly onClear: (() => void) | undefined
  readonly empty: ReactNode
}

/** A narrow list beside the inspector: two lines a request, and the listener where there are several. */
export function RequestList({ list, open, names, selection, linkTo, onClear, empty }: Props) {
  if (list.loading) return <SkeletonRows />
  if (list.error !== null) return <ErrorState error={list.error} onRetry={list.retry} />
  if (list.rows.length === 0) return onClear === undefined ? empty : <NoMatch what="request" onClear={onClear} />
  const order = (): string[] => list.rows.map(({ id }) => id)
  return (
    <Arriving arrivals={list.arrivals}>
      <ul
        aria-label="Requests"
        onKeyDown={(event) => moveByKeys(event, selection && { selection, order })}
        className="min-h-0 flex-1 overflow-y-auto"
      >
        {list.rows.map((request) => (
          <li
            key={request.id}
            className={classNames(
              'flex border-b border-l-2 border-b-line',
              request.id === open ? 'border-l-accent-mark' : 'border-l-unmarked',
              request.id === open || selection?.ids.has(request.id) ? 'bg-selected' : 'hover:bg-hover',
            )}
          >
            {selection !== undefined && (
              <span className="w-9 shrink-0 pl-1">
                <RowBox selection={selection} id={request.id} order={order} label={`Select ${nameOf(request)}, ${request.status}`} />
              </span>
            )}
            <Link
              {...linkTo(request.id)}
              data-row-link={request.id}
              aria-current={request.id === open ? 'true' : undefined}
              className={classNames(
                'flex min-w-0 flex-1 flex-col gap-0.5 py-2 pr-4 focus-visible:-outline-offset-2',
                selection === undefined ? 'pl-4' : 'pl-1.5',
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
                <span className="clip font-mono">{nameOf(request)}</span>
                <span className="num flex shrink-0 gap-2 font-mono">
                  {bytes(request.bodyBytes)}
                  {request.durationMs !== null && <span className="font-sans">{duration(request.durationMs)}</span>}
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

/** What it is about: an event, why it was refused, or at least where it went. */
function nameOf({ eventType, reason, method, path }: RequestRow): string {
  return eventType ?? reason?.replaceAll('_', ' ') ?? `${method} ${path}`
}
