import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleX } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { duration } from '../../lib/time.ts'
import { Card, Facts } from '../../ui/page.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { HttpCode } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { BodyView } from '../requests/body-view.tsx'
import { requestQuery, type RequestRow } from '../requests/queries.ts'
import type { FirstListener } from './first-listener.ts'

/** Waits for a request, and shows the newest as soon as the stream tells of it. */
export function FirstRequest({ app, listener }: { readonly app: string; readonly listener: FirstListener }) {
  const list = useRows(['requests', app, listener.id, 'first'], () => api.request.list(app, listener.id, { limit: 2 }), {
    live: { topic: 'request', isOf: (row) => row.listenerId === listener.id },
  })
  const [newest, another] = list.rows
  return (
    <Card
      title={
        <span role="status" className="flex items-center gap-2">
          {newest === undefined ? (
            list.loading || <Waiting />
          ) : (
            <Arrived request={newest} isFirst={another === undefined} since={listener.createdAt} />
          )}
        </span>
      }
      aside={newest && <Time at={newest.receivedAt} exact />}
    >
      {/* As high as the request will be, so that nothing moves when it comes. */}
      <div className="flex min-h-48 flex-col gap-4">
        {list.error !== null && <ErrorState error={list.error} onRetry={list.retry} />}
        {newest === undefined ? (
          <p className="text-text-2">Send one with the command above; it appears here by itself.</p>
        ) : (
          <Shown key={newest.id} app={app} listener={listener.id} request={newest} />
        )}
      </div>
    </Card>
  )
}

function Waiting() {
  return (
    <>
      <span aria-hidden className="pulsing mx-1 size-2 rounded-full bg-accent-mark" />
      Waiting for the first request
    </>
  )
}

function Arrived({ request, isFirst, since }: { readonly request: RequestRow; readonly isFirst: boolean; readonly since: string }) {
  if (request.status === 'rejected')
    return (
      <>
        <CircleX aria-hidden className="size-4 text-fail-mark" />A request was refused
      </>
    )
  return (
    <>
      <CircleCheck aria-hidden className="size-4 text-ok-mark" />
      {isFirst ? 'Your first request is here' : 'One more request is here'}
      {isFirst && (
        <span className="num text-sm font-normal text-text-3">after {duration(Date.parse(request.receivedAt) - Date.parse(since))}</span>
      )}
    </>
  )
}

interface Props {
  readonly app: string
  readonly listener: string
  readonly request: RequestRow
}

/** What is known of it at once; its body is fetched behind that. */
function Shown({ app, listener, request }: Props) {
  const detail = useQuery(requestQuery(app, request.id)).data
  const status = detail?.replyStatus ?? request.replyStatus
  return (
    <>
      <div className="grid gap-4 desk:grid-cols-[16rem_minmax(0,1fr)]">
        <Facts
          rows={[
            ['Method', <code key="method">{request.method}</code>],
            ['From', <code key="from">{detail?.ip ?? '\u00a0'}</code>],
            ['Type', <code key="type">{detail?.contentType ?? '\u00a0'}</code>],
            ['Answered', status === null ? 'not yet' : <HttpCode key="code" code={status} />],
          ]}
        />
        <div className="flex min-w-0 flex-col gap-2">{detail !== undefined && <BodyView app={app} request={detail} look="pretty" />}</div>
      </div>
      <Link
        to="/a/$app/listeners/$listener"
        params={{ app, listener }}
        search={{ open: request.id }}
        className="inline-flex min-h-target items-center self-start font-medium text-accent-text hover:underline"
      >
        See all that was kept of it
      </Link>
    </>
  )
}
