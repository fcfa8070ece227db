import { useQuery } from '@tanstack/react-query'
import { bytes } from '../../lib/amounts.ts'
import { useNames } from '../../lib/queries/names.ts'
import { duration } from '../../lib/time.ts'
import { trailQuery } from '../../lib/queries/trail-query.ts'
import { CopyAs } from '../../ui/copy-as.tsx'
import { CopyableId } from '../../ui/copy-button.tsx'
import { Headers } from '../../ui/headers.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { Segmented, Tabs } from '../../ui/tabs.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { StatusCounts, Trail, type TrailPart } from '../../ui/trail.tsx'
import { BodyView, type BodyLook } from './body-view.tsx'
import { callOfRequest } from './call-of-request.ts'
import { type RequestDetail, requestQuery } from './queries.ts'
import { RequestActions } from './request-actions.tsx'
import { RequestDiff } from './request-diff.tsx'
import { Verdict } from './verdict.tsx'
import { May } from '../../ui/may.tsx'

export type InspectorPart = 'body' | 'headers' | 'query' | 'files' | 'answer'

interface Props {
  readonly app: string
  readonly id: string
  readonly part: InspectorPart
  readonly look: BodyLook
  onChange(change: { readonly part?: InspectorPart; readonly view?: BodyLook }): void
  /** Goes on to another request: one that came of this one. */
  onOpen(id: string): void
}

/** One request: what arrived, was it genuine, what did it start, what was answered. */
export function Inspector({ app, id, ...rest }: Props) {
  const { data, error, refetch } = useQuery(requestQuery(app, id))
  if (data === undefined) return error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />
  return <RequestView app={app} request={data} {...rest} />
}

function RequestView({ app, request, part, look, onChange, onOpen }: Omit<Props, 'id'> & { readonly request: RequestDetail }) {
  const query = [...new URLSearchParams(request.query)]
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-gutter py-4 [&>*]:shrink-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <CopyableId id={request.id} strong />
        <span className="text-text-2">
          <Time at={request.receivedAt} exact />, <RelativeTime at={request.receivedAt} />
        </span>
        <span className="flex-1" />
        <CopyAs call={callOfRequest(request)} />
        {request.listenerId !== null && <RequestDiff app={app} request={request} listener={request.listenerId} />}
        <May>
          <RequestActions app={app} request={request} onOpen={onOpen} />
        </May>
      </div>
      <RequestTrail app={app} request={request} />
      <Verdict app={app} request={request} />
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0 flex-1">
          <Tabs
            label="Request"
            current={part === 'files' ? 'body' : part}
            onChange={(next) => onChange({ part: next })}
            tabs={[
              { name: 'body', label: 'Body', note: bytes(request.bodyBytes) },
              { name: 'headers', label: 'Headers', note: request.headers.length },
              { name: 'query', label: 'Query', note: query.length },
              { name: 'answer', label: 'Answer', note: request.replyStatus ?? undefined },
            ]}
          />
        </div>
        {part === 'body' && (
          <Segmented
            label="How the body is shown"
            value={look}
            onChange={(view) => onChange({ view })}
            options={[
              { value: 'pretty', label: 'Pretty' },
              { value: 'raw', label: 'Raw' },
              { value: 'hex', label: 'Hex' },
            ]}
          />
        )}
      </div>
      {(part === 'body' || part === 'files') && <BodyView app={app} request={request} look={look} />}
      {part === 'headers' && <Headers headers={request.headers} label="Request headers" first={`${request.method} ${request.path}`} />}
      {part === 'query' &&
        (query.length === 0 ? (
          <p className="text-text-2">The address had no query.</p>
        ) : (
          <Headers headers={query} label="Query parameters" />
        ))}
      {part === 'answer' && <Answer request={request} />}
    </div>
  )
}

function RequestTrail({ app, request }: { readonly app: string; readonly request: RequestDetail }) {
  const [run, ...others] = request.runs
  const flows = useNames(app, 'flow', [run?.flowId])
  const deliveries = useQuery({ ...trailQuery(app, request.id), enabled: run !== undefined }).data?.deliveries
  const parts: TrailPart[] = [{ where: 'In', here: true, children: <StatusMark status={request.status} /> }]
  if (run !== undefined) {
    parts.push({
      where: 'Run',
      link: { to: '/a/$app/runs/$run', params: { app, run: run.id } },
      children: (
        <>
          <StatusMark status={run.status} /> {flows.get(run.flowId)} <span className="text-text-2">v{run.version}</span>
          {others.length > 0 && <span className="text-text-2">and {others.length} more</span>}
        </>
      ),
    })
    if (deliveries === undefined || deliveries.length > 0)
      parts.push({
        where: 'Out',
        link: { to: '/a/$app/deliveries', params: { app }, search: { run: run.id, range: 'all' } },
        children: deliveries === undefined ? 'Deliveries' : <StatusCounts statuses={deliveries.map(({ status }) => status)} />,
      })
  }
  return <Trail parts={parts} />
}

function Answer({ request }: { readonly request: RequestDetail }) {
  if (request.replyStatus === null && request.status === 'duplicate')
    return <p className="text-text-2">The caller was answered as the first of these requests was.</p>
  if (request.replyStatus === null) return <p className="text-text-2">Its flow has not answered yet.</p>
  return (
    <p>
      The caller was answered <code className="font-mono font-medium">{request.replyStatus}</code>
      {request.durationMs !== null && ` after ${duration(request.durationMs)}`}.
    </p>
  )
}
