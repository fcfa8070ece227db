import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { count, counted } from '../../lib/amounts.ts'
import { hostText } from '../../lib/host-text.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { CopyableId } from '../../ui/copy-button.tsx'
import { Note } from '../../ui/note.tsx'
import { Card, Facts, PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { StatusPill } from '../../ui/status.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { sayFailure } from '../../ui/toast.tsx'
import { endpointsQuery } from './queries.ts'
import { filterWords } from './replay-filter.ts'
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
  const endpoints = useQuery(endpointsQuery(app)).data?.data ?? []
  const hosts = new Map(endpoints.map((endpoint) => [endpoint.id, hostText(endpoint.url)]))
  return (
    <>
      <PageHead
        title="Replay"
        crumbs={[{ label: 'Deliveries', link: { to: '/a/$app/deliveries', params: { app } } }]}
        state={replay && <StatusPill {...pill(replay.status)} />}
        facts={<CopyableId id={id} />}
        actions={replay?.status === 'running' && <Cancel app={app} id={id} />}
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
          <Progress app={app} replay={replay} hosts={hosts} />
        )}
      </PageBody>
    </>
  )
}

/** In the words of the one table of statuses. */
function pill(status: ReplayOut['status']): { readonly status: string; readonly word?: string } {
  return status === 'done' ? { status: 'ok', word: 'Done' } : { status }
}

const failures: Readonly<Record<string, string>> = {
  application_deleted: 'The application was deleted while it ran.',
  endpoint_deleted: 'The endpoint was deleted while it ran.',
}

function Progress({
  app,
  replay,
  hosts,
}: {
  readonly app: string
  readonly replay: ReplayOut
  readonly hosts: ReadonlyMap<string, string>
}) {
  const { status, matched, queued, skipped, ratePerSecond, reached, startedAt, finishedAt, failure } = replay
  return (
    <>
      <p role="status" className="text-md">
        {status === 'running'
          ? `${counted(queued, 'delivery', 'deliveries')} queued so far, at ${ratePerSecond} a second.`
          : `${counted(queued, 'delivery', 'deliveries')} queued.`}
        {skipped > 0 && ` ${count(skipped)} were left out: their payload is gone, or their endpoint takes nothing.`}
      </p>
      {failure !== null && <Note kind="fail" title={failures[failure] ?? failure.replaceAll('_', ' ')} />}
      <div className="grid gap-5 desk:grid-cols-2">
        <Card title="What is sent again">
          <Facts rows={filterWords(replay.filter, hosts)} />
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
        <LinkButton
          to="/a/$app/deliveries"
          params={{ app }}
          search={{ ...(replay.filter.endpointId && { endpoint: replay.filter.endpointId }) }}
        >
          See deliveries
        </LinkButton>
      </div>
    </>
  )
}

function Cancel({ app, id }: { readonly app: string; readonly id: string }) {
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.replay.cancel(app, id),
    onError: (error) => sayFailure('It was not cancelled.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['replay', app, id] }),
  })
  return (
    <Button disabled={cancel.isPending} onClick={() => cancel.mutate()} title="What is queued already is sent.">
      Cancel replay
    </Button>
  )
}
