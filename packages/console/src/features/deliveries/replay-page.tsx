import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { count, counted } from '../../lib/amounts.ts'
import { useNames } from '../../lib/queries/names.ts'
import { surface } from '../../lib/surface.ts'
import { LinkButton } from '../../ui/button.tsx'
import { CopyableId } from '../../ui/copy-button.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Facts, PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { StatusPill } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { CancelReplay } from './cancel-replay.tsx'
import { replaySetWords, replayStatus } from './replay-filter.ts'
import type { ReplayOut } from '@posthorn/sdk'

const replayQuery = (app: string, id: string) =>
  queryOptions({
    queryKey: ['replay', app, id],
    queryFn: () => api.replay.get(app, id),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1000 : false),
  })

/** How far a replay is. */
export function ReplayPage() {
  const { app, replay: id } = useParams({ from: '/a/$app/replays/$replay' })
  const { data: replay, error, refetch } = useQuery(replayQuery(app, id))
  const hosts = useNames(app, 'endpoint', [replay?.filter.endpointId])
  const listeners = useNames(app, 'listener', [replay?.requests?.listenerId])
  return (
    <>
      <PageHead
        title="Replay"
        crumbs={[
          surface.isPortal
            ? { label: 'Delivery logs', link: { to: '/a/$app/deliveries', params: { app } } }
            : { label: 'Replays', link: { to: '/a/$app/replays', params: { app } } },
        ]}
        state={replay && <StatusPill {...replayStatus(replay.status)} />}
        facts={<CopyableId id={id} />}
        actions={replay?.status === 'running' && <CancelReplay app={app} id={id} />}
        line
      />
      <PageBody>
        {replay === undefined ? (
          error === null ? (
            <SkeletonRows rows={4} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <Progress app={app} replay={replay} hosts={hosts} listeners={listeners} />
        )}
      </PageBody>
    </>
  )
}

const failures: Readonly<Record<string, string>> = {
  application_deleted: 'The application was deleted while it ran.',
  endpoint_deleted: 'The endpoint was deleted while it ran.',
  listener_deleted: 'The listener was deleted while it ran.',
  flow_deleted: 'The flow was deleted while it ran.',
  internal: 'It could not go on, though it was tried for minutes. The log of the server has the reason.',
}

function Progress({
  app,
  replay,
  hosts,
  listeners,
}: {
  readonly app: string
  readonly replay: ReplayOut
  readonly hosts: ReadonlyMap<string, string>
  readonly listeners: ReadonlyMap<string, string>
}) {
  const { status, requests, matched, queued, skipped, ratePerSecond, reached, startedAt, finishedAt, failure } = replay
  const queuedWords = requests === null ? counted(queued, 'delivery', 'deliveries') : counted(queued, 'request')
  return (
    <>
      <p role="status" className="text-md">
        {status === 'running' ? `${queuedWords} queued so far, at ${ratePerSecond} a second.` : `${queuedWords} queued.`}
        {skipped > 0 &&
          ` ${count(skipped)} were left out: ${
            requests === null ? 'their payload is gone, or their endpoint takes nothing' : 'their body is gone, or no flow takes them'
          }.`}
      </p>
      {failure !== null && <Note kind="fail" title={failures[failure] ?? failure.replaceAll('_', ' ')} />}
      <div className="grid gap-5 desk:grid-cols-2">
        <Card title="What is replayed">
          <Facts rows={replaySetWords(replay, { hosts, listeners })} />
        </Card>
        <Card title="How far">
          <Facts
            rows={[
              ['Found', count(matched)],
              ['Queued', count(queued)],
              ['Left out', count(skipped)],
              ['Looked up to', reached === null ? 'none' : <Time at={reached} />],
              ['Started', <Time key="started" at={startedAt} />],
              ['Ended', finishedAt === null ? 'not yet' : <RelativeTime at={finishedAt} />],
            ]}
          />
        </Card>
      </div>
      <div>
        {requests === null ? (
          <LinkButton
            to="/a/$app/deliveries"
            params={{ app }}
            search={{ ...(replay.filter.endpointId && { endpoint: replay.filter.endpointId }) }}
          >
            See deliveries
          </LinkButton>
        ) : (
          <LinkButton to="/a/$app/runs" params={{ app }}>
            See runs
          </LinkButton>
        )}
      </div>
    </>
  )
}
